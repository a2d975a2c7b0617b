"""What is counted of citizens and merchants in a week, as columns of the engines' sums."""

ACTIVE_WEEKS = 4  # "active" = paid electronically within the last 4 weeks
ACTIVE_WEEKS_LONG = 13

# of citizens, by cell of age x area x income: stocks at the week's end, then flows and the quarter's payers
(
    ACTIVE,
    ACTIVE_13W,
    USERS,
    LAPSED,
    AWARE,
    WITH_ACCESS,
    AT_RISK,  # could have their first use: at the end of the week before
    FIRST_USES,
    RETURNS,
    LAPSES,
    PAYERS,
    REPEAT_PAYERS,
) = range(12)
N_STOCKS = 7
N_CELL_COLUMNS = 12

# of merchants, by sector
ACCEPTING, STARTED, STOPPED, TERMINAL_FEN = range(4)
N_SECTOR_COLUMNS = 4
