"""The model once more, as Mesa agents: for reading, watching and checking; the array engine is for large runs."""

from simulation.engine.mesa_engine.citizen import Citizen
from simulation.engine.mesa_engine.help_points import Kiosk, SeniorUniversity, TrainingEvent
from simulation.engine.mesa_engine.merchant import Merchant
from simulation.engine.mesa_engine.model import EpayModel

__all__ = ["Citizen", "EpayModel", "Kiosk", "Merchant", "SeniorUniversity", "TrainingEvent"]
