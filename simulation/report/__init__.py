"""The answer for people: tables, and one page that opens without a network."""
