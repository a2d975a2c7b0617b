"""Where cells are computed: in this process, in processes of this machine, or on a cluster."""

from simulation.analysis.experiment.backends.base import Backend, Done, Failure
from simulation.analysis.experiment.backends.dask_cluster import Dask
from simulation.analysis.experiment.backends.kept_pool import KeptPool
from simulation.analysis.experiment.backends.process_pool import ProcessPool
from simulation.analysis.experiment.backends.serial import Serial

__all__ = ["Backend", "Dask", "Done", "Failure", "KeptPool", "ProcessPool", "Serial"]
