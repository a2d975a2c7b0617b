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
    ACTIVE_MERCHANT,  # paid a merchant electronically within the last 4 weeks
    FIRST_USES,
    RETURNS,
    LAPSES,
    PAYERS,
    REPEAT_PAYERS,
) = range(13)
N_STOCKS = 8
N_CELL_COLUMNS = 13

# of payments, by what became of them: not asked for electronically; asked for where it was not possible; attempted and
# lost to an outage or declined, so paid in cash; paid electronically
CASH, ASKED_IN_VAIN, FAILED, ELECTRONIC = range(4)
N_KINDS = 4
# of amounts: those up to the limit below which nothing is verified, and the rest; without a limit all are of the rest
REST, SMALL = range(2)
N_SIZES = 2

# of payments between people, of users: paid electronically; the other side is no user or the payer chose cash
PERSON_ELECTRONIC, PERSON_CASH = range(2)

# of merchants, by sector
(
    ACCEPTING,
    STARTED,
    STOPPED,
    TERMINAL_FEN,
    TRAINED,
    UNIFIED,
    INTEGRATED,
    UNIFIED_ACTIVE,  # took at least 50 payments this quarter through the unified interface (A12, T9)
    INTEGRATED_ACTIVE,
    PAID_THIS_QUARTER,  # took an electronic payment this quarter; counted at its end
) = range(10)
N_SECTOR_COLUMNS = 10
UNIFIED_PAYMENTS = 50  # electronic payments a quarter, in more than one week, that make an active merchant (A12, T9)
UNIFIED_WEEKS = 2  # ten days do not fit into one week
