"""How soon a moved slider is seen on the what-if page, `python -m tests.benchmarks.what_if_page [scenario [results]]`.

A move sets the dose of one lever of the plan on the page in a browser, and is taken back before the next. "First" is
the time from the input until the first picture of it is painted, "settled" that until the picture over all worlds is.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

from simulation.engine.runner import run_many
from simulation.scenario.load import load_scenario
from tests.viewer.browser.conftest import CHROMIUM, FLAGS, Served
from tests.viewer.conftest import write_pair

FOLDER = Path(__file__).resolve().parents[2] / "scenarios" / "lishui"
CITIZENS, REPLICATES, MOVES, SEED = 10_000, 8, 30, 7
DOSES = np.delete(np.arange(41), 20) / 20  # all but the plan's
BARS = {"first": 300, "settled": 1200}  # milliseconds, p95
BUILT_IN = 600_000  # milliseconds at most

MOVE = """([key, value]) => new Promise((resolve) => {
  const slider = document.querySelector(`input[type=range][data-move="${key}"]`);
  const before = document.body.dataset.shown, begun = performance.now();
  // a callback in the frame runs before it is painted; a message sent from there arrives after
  const painted = (then) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => then(performance.now() - begun);
    port2.postMessage(0);
  });
  let first = 0;
  // no frame is asked for while nothing changes: a page at rest draws none either
  const watching = new MutationObserver(() => {
    const { shown, state } = document.body.dataset;
    if (shown !== before && !first) painted((ms) => (first = ms));
    if (shown === before || state === 'running') return;
    watching.disconnect();
    painted((ms) => resolve([first || ms, ms]));
  });
  watching.observe(document.body, { attributes: true });
  slider.value = value;
  slider.dispatchEvent(new Event('input', { bubbles: true }));
})"""


def main(name: str = "programme", folder: str = "") -> None:
    """Print the times of a scenario of the folder; `folder` holds results of `epay run` where there are some."""
    with tempfile.TemporaryDirectory() as made:
        root = Path(folder or made)
        if not (root / name).is_dir():
            given = {
                n: load_scenario(FOLDER / f"{n}.yaml", citizens=CITIZENS, replicates=2) for n in (name, "baseline")
            }
            found = run_many(given)
            write_pair(root / name, found[name], found["baseline"])
        served = Served(root)
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(f"{served.address}/what-if?run={name}&lang=en&citizens={CITIZENS}&replicates={REPLICATES}")
            page.wait_for_selector("body[data-state=done]", timeout=BUILT_IN)
            print(f"{name}: the first picture came after {page.evaluate('performance.now() / 1000'):.1f} s")
            keys = page.locator('input[type=range][data-move$=".dose"]').evaluate_all(
                "all => all.map((one) => one.dataset.move)"
            )
            rng = np.random.default_rng(SEED)
            times = []
            for _ in range(MOVES):
                key, value = str(rng.choice(keys)), f"{rng.choice(DOSES):.2f}"
                times.append(page.evaluate(MOVE, [key, value]))
                page.locator("[data-reset-all]").click()
                page.wait_for_selector(f"body[data-state=done][data-shown='{name}']")
            browser.close()
        served.stop()
    for what, column in zip(BARS, np.transpose(times), strict=True):
        p50, p95 = np.quantile(column, (0.5, 0.95))
        print(f"  {what:8} p50 {p50:5.0f} ms, p95 {p95:5.0f} ms (bar {BARS[what]} ms)")


if __name__ == "__main__":
    main(*sys.argv[1:])
