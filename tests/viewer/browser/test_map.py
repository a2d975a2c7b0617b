"""The map in a browser: it follows the slider at the screen's rate, and the table is its equal."""

import pytest

FEWEST_FRAMES = 12  # a second, on a busy machine without a graphics processor; 30 are promised

SCRUB = """async () => {
  const slider = document.querySelector('[data-week]');
  const map = document.querySelector('[data-map]');
  let drawn = 0, last = map.dataset.drawn;
  const begun = performance.now();
  for (let week = 0; week <= Number(slider.max); week++) {
    slider.value = week;
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    await new Promise((resolve) => requestAnimationFrame(() => resolve()));
    if (map.dataset.drawn !== last) { drawn++; last = map.dataset.drawn; }
  }
  return [drawn, performance.now() - begun];
}"""

# 1,500 settlements and 156 weeks, drawn as the page draws them
MANY = """async () => {
  const [{ draw }, { Series }, { View }] = await Promise.all(
    ['draw', 'series', 'view'].map((name) => import(`/static/map_${name}.js`)));
  const n = 1500, weeks = 156, every = (make) => Array.from({ length: n }, (_, k) => make(k));
  const facts = {
    names: every((k) => `Place ${k}`), x: every((k) => (k * 37) % 113), y: every((k) => (k * 61) % 97),
    people: every((k) => 20 + ((k * k) % 5000)), enough: every(() => 1), runs: ['a'], roles: ['programme'],
    dates: Array.from({ length: weeks }, () => '2026-01-11'), target: 0.8, reach: 0.2, placed: [[]],
    sites: { names: [], x: [], y: [] },
    colours: Array.from({ length: 256 }, (_, k) => `rgb(${k},${k},120)`), diverging: [],
  };
  const series = new Series(Uint16Array.from({ length: n * weeks }, (_, k) => (k * 7919) % 65535).buffer, facts);
  const canvas = document.querySelector('canvas');
  const order = every((k) => k).sort((a, b) => facts.people[b] - facts.people[a]);
  const view = new View(facts.x, facts.y), most = 5020;
  const begun = performance.now();
  for (let week = 0; week < weeks; week++) {
    draw(canvas, { series, view, value: 'coverage', role: 0, week, pinned: 3, order, most, withPlaced: true });
    await new Promise((resolve) => requestAnimationFrame(() => resolve()));
  }
  return 1000 * weeks / (performance.now() - begun);
}"""


@pytest.mark.slow
def test_every_week_is_drawn(visit):
    shown = visit("/map?run=plan&lang=en")
    drawn, _ = shown.evaluate(SCRUB)
    assert drawn >= 0.9 * int(shown.locator("[data-week]").get_attribute("max"))


def test_many_places_are_drawn_at_the_screens_rate(visit, record_property):
    shown = visit("/map?run=plan&lang=en")
    frames = shown.evaluate(MANY)
    record_property("frames_a_second", frames)
    print(f"1,500 places: {frames:.0f} frames a second")
    assert frames > FEWEST_FRAMES


@pytest.mark.slow
def test_the_table_follows_the_week_and_pins(visit):
    shown = visit("/map?run=plan&lang=en")
    first = shown.locator("table.places tbody tr").first
    before = first.locator("[data-role='0']").inner_text()
    slider = shown.locator("[data-week]")
    slider.focus()
    shown.keyboard.press("Home")
    shown.wait_for_selector("[data-map][data-drawn='0']")
    shown.wait_for_function(
        "text => document.querySelector('table.places [data-role=\"0\"]').textContent !== text", arg=before
    )
    assert slider.get_attribute("aria-valuetext") == shown.locator("[data-date]").inner_text()
    first.get_by_role("button").focus()
    shown.keyboard.press("Enter")
    name = first.get_by_role("button").inner_text()
    assert name in shown.locator("[data-pinned] h3").inner_text()
    assert "is-pinned" in first.get_attribute("class")


@pytest.mark.slow
def test_a_point_is_pinned_by_a_click_near_it(visit):
    shown = visit("/map?run=plan&lang=en")
    box = shown.locator('[data-canvas="right"] canvas').bounding_box()
    for step in range(2, 19):
        shown.mouse.click(box["x"] + box["width"] * step / 20, box["y"] + box["height"] / 2)
    assert shown.locator("[data-pinned] h3").count() == 1


@pytest.mark.slow
def test_two_sides_share_week_and_view(visit):
    shown = visit("/map?run=plan&lang=en")
    assert not shown.locator('[data-canvas="left"]').is_visible()
    shown.get_by_label("two side by side").check()
    assert shown.locator("figcaption:visible").all_inner_texts() == ["Business as usual", "With the programme"]
    shown.get_by_role("button", name="Closer").click()
    shown.get_by_label("added against business as usual").check()
    assert "percentage points" in shown.locator("[data-scale]").inner_text()


@pytest.mark.slow
def test_nothing_plays_by_itself_and_stop_stops(visit):
    shown = visit("/map?run=plan&lang=en")
    last = shown.locator("[data-week]").get_attribute("max")
    assert shown.locator("[data-map]").get_attribute("data-drawn") == last
    shown.get_by_role("button", name="Play").click()
    shown.wait_for_selector(f"[data-map]:not([data-drawn='{last}']):not([data-drawn='0'])")
    shown.get_by_role("button", name="Stop").click()
    assert shown.get_by_role("button", name="Play").count() == 1


@pytest.mark.slow
def test_without_motion_play_steps_by_quarters(visit):
    shown = visit("/map?run=plan&lang=en", reduced_motion="reduce")
    shown.get_by_role("button", name="Play").click()
    shown.wait_for_selector("[data-map][data-drawn='13']")


@pytest.mark.slow
def test_the_table_sorts_and_says_so(visit):
    shown = visit("/map?run=plan&lang=zh")
    head = shown.locator("table.places th").nth(2)
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    values = [float(text.rstrip("%")) for text in shown.locator("table.places tbody td:nth-child(3)").all_inner_texts()]
    assert values == sorted(values, reverse=True)
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "ascending"


@pytest.mark.slow
@pytest.mark.parametrize("width", [1440, 390])
def test_a_row_far_below_shows_its_course_where_the_reader_is(visit, width):
    shown = visit("/map?run=plan&lang=en", width=width)
    row = shown.locator("table.places tbody tr").last
    row.get_by_role("button").scroll_into_view_if_needed()
    row.get_by_role("button").click()
    panel = shown.locator(".pinned")
    box = panel.bounding_box()
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 900
    assert panel.locator("svg.course").is_visible()
    assert row.get_by_role("button").bounding_box()["y"] >= box["y"] + box["height"]  # not hidden by it
    shown.get_by_role("button", name="Close this place").click()
    assert shown.locator("[data-pinned] h3").count() == 0
    assert row.get_by_role("button").evaluate("one => one === document.activeElement")


@pytest.mark.slow
def test_a_place_chosen_on_the_map_is_told_about_in_sight(visit):
    shown = visit("/map?run=plan&lang=en", reduced_motion="reduce")
    canvas = shown.locator('[data-canvas="right"] canvas')
    x, y = canvas.evaluate(PLACE)
    canvas.click(position={"x": x, "y": y})
    box = shown.locator(".pinned").bounding_box()
    assert box["y"] + box["height"] <= 900


# where the first settlement stands on the canvas, as the page draws it
PLACE = """async (canvas) => {
  const facts = JSON.parse(document.querySelector('[data-map] ~ script[id^=map-]').textContent);
  const { View } = await import('/static/map_view.js');
  const view = new View([...facts.x, ...facts.sites.x], [...facts.y, ...facts.sites.y]);
  const { x, y } = view.pixel(0, canvas.clientWidth, canvas.clientHeight);
  return [x, y];
}"""

# the lowest settlement, and the top of the scale bar, from the canvas's bottom
LOWEST = PLACE.replace("view.pixel(0,", "view.pixel(facts.y.indexOf(Math.min(...facts.y)),")


@pytest.mark.slow
def test_nothing_covers_the_ground(visit):
    shown = visit("/map?run=plan&lang=en")
    canvas = shown.locator('[data-canvas="right"] canvas')
    ground = canvas.bounding_box()
    for button in shown.locator("[data-zoom]").all():
        box = button.bounding_box()
        assert box["y"] + box["height"] <= ground["y"]
    _, y = canvas.evaluate(LOWEST)
    assert y < ground["height"] - 38  # the scale bar with its number takes 38 pixels


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_finding_is_that_of_what_is_shown(visit, browser, served, lang):
    shown = visit(f"/map?run=plan&lang={lang}")
    finding, canvas = shown.locator("[data-finding]"), shown.locator('[data-canvas="right"] canvas')
    told = [finding.inner_text()]
    without = browser.new_context(java_script_enabled=False)
    plain = without.new_page()
    plain.goto(f"{served}/map?run=plan&lang={lang}")
    assert plain.locator("[data-finding]").inner_text() == told[0]
    without.close()
    for value in ("gap", "added"):
        shown.locator(f'input[value="{value}"]').check()
        told.append(finding.inner_text())
        assert canvas.get_attribute("aria-label") == told[-1]
    slider = shown.locator("[data-week]")
    slider.focus()
    shown.keyboard.press("Home")
    shown.wait_for_function("text => document.querySelector('[data-finding]').textContent !== text", arg=told[-1])
    told.append(finding.inner_text())
    assert shown.locator("[data-date]").inner_text() in told[-1]
    assert len(set(told)) == 4
