"""The pages of the viewer: each turns what was asked into the HTML of its main part."""
