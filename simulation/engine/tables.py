"""Payment tables of a survey."""

from simulation.core.params import Params
from simulation.core.tables import PaymentTables, payment_tables
from simulation.scenario.survey import Survey


def tables_of(survey: Survey, p: Params) -> PaymentTables:
    """Return the look-up tables the payment kernel reads for one survey."""
    return payment_tables(survey.payments_per_week(), survey.median_ticket_yuan(), p)
