"""What every part of a scenario is: fixed once it is made, and without keys nobody knows."""

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A part of a scenario."""

    model_config = ConfigDict(frozen=True, extra="forbid")
