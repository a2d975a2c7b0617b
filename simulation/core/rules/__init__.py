"""Behaviour, written once: scalar rules in, scalar results out, the random draw an argument.

Both engines call these functions; no behaviour stands anywhere else. Only float64 and `math.*` are used,
because `np.exp` and float32 literals differ between compiled and interpreted runs in the last bit.

========== ==========================================================
file       rules
========== ==========================================================
adoption   peers, awareness, access, attitude, trial, return, lapse
learning   skill, habit, personal help
payment    method choice, seconds, the bits of a payment, Poisson
trust      fraud incidents, outages, perceived risk
merchant   ask share, net benefit, adoption, withdrawal
========== ==========================================================
"""
