"""Integer codes of every category, and the names that YAML, Datasets and figures use for them."""

from enum import IntEnum


class Age(IntEnum):
    """Age bands of the plan's targets (T2)."""

    A15_29 = 0
    A30_44 = 1
    A45_59 = 2
    A60_74 = 3
    A75_PLUS = 4


class Area(IntEnum):
    """Kind of place a citizen lives in."""

    URBAN = 0
    TOWN = 1
    REMOTE = 2


class Income(IntEnum):
    """Thirds of households by income."""

    LOW = 0
    MIDDLE = 1
    HIGH = 2


class Sector(IntEnum):
    """Where payments are made. Public services and transport never withdraw acceptance."""

    PUBLIC = 0
    TRANSPORT = 1
    RETAIL = 2
    MARKET = 3
    CATERING = 4
    OTHER_SERVICES = 5


class Stage(IntEnum):
    """Diffusion stage of a citizen."""

    NEVER = 0
    USER = 1
    LAPSED = 2


class HelpKind(IntEnum):
    """What a citizen received in person this week; seats of training, classes and kiosks are scarce."""

    NONE = 0
    TRAINING = 1  # one to one
    KIOSK = 2
    CLASS = 3  # teaching point of a senior university
    CHILD = 4  # shown by a grown-up child (amendment A11)
    PHONE = 5  # a subsidised smartphone (amendment A3)


class Ticket(IntEnum):
    """Classes of amounts: cash takes longer the larger the amount (amendment A12, T5)."""

    SMALL = 0
    MIDDLE = 1
    LARGE = 2


class Payer(IntEnum):
    """Whose money pays (plan S2)."""

    PUBLIC = 0
    PRIVATE = 1


class Terminal(IntEnum):
    """What a merchant needs in order to accept electronic payment."""

    QR_PLATE = 0
    POS = 1


AGE_NAMES = ("15-29", "30-44", "45-59", "60-74", "75+")
AREA_NAMES = ("urban", "town", "remote")
INCOME_NAMES = ("low", "middle", "high")
SECTOR_NAMES = ("public", "transport", "retail", "market", "catering", "other_services")
STAGE_NAMES = ("never", "user", "lapsed")
HELP_NAMES = ("training", "kiosk", "class", "child", "phone")  # HelpKind k is HELP_NAMES[k - 1]
TICKET_NAMES = ("small", "middle", "large")
PAYER_NAMES = ("public", "private")
TERMINAL_NAMES = ("qr_plate", "pos")

N_AGES = len(AGE_NAMES)
N_AREAS = len(AREA_NAMES)
N_INCOMES = len(INCOME_NAMES)
N_CELLS = N_AGES * N_AREAS * N_INCOMES
N_SECTORS = len(SECTOR_NAMES)
N_HELPS = len(HELP_NAMES)
N_TICKETS = len(TICKET_NAMES)
N_PAYERS = len(PAYER_NAMES)

WEEKS_PER_QUARTER = 13
WEEKS_PER_YEAR = 52
FEN_PER_YUAN = 100
