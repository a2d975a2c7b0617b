"""The chapters of the report, in the order of the plan; each module returns the HTML of one."""
