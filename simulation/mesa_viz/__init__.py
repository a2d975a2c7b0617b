"""Mesa's own page for the Mesa model, for those who know it: `solara run simulation.mesa_viz.app`."""
