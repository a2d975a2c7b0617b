"""One lever of every kind, at its defaults."""

from simulation.levers.biometric_verification import BiometricVerification
from simulation.levers.hotline import Hotline
from simulation.levers.outage_response import OutageResponse
from simulation.levers.unified_interface import UnifiedInterface
from simulation.levers.voice_payment import VoicePayment
from simulation.scenario.schema import LEVERS

PLACES = {"places": "all"}
EXAMPLES = {
    kind: lever.model_validate({"kind": kind, **(PLACES if "places" in lever.model_fields else {})})
    for kind, lever in LEVERS.items()
}
SERVICES = (
    OutageResponse(kind="outage_response"),
    UnifiedInterface(kind="unified_interface"),
    VoicePayment(kind="voice_payment"),
    Hotline(kind="hotline"),
    BiometricVerification(kind="biometric_verification"),
)
