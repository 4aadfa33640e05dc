"""Windows' answer to resource limits: a Job Object around this process.

Imported by ``viewer.base.platform`` on Windows only.
"""

from __future__ import annotations

import ctypes
from typing import Any

_EXTENDED_LIMIT_INFORMATION = 9
_LIMIT_PROCESS_MEMORY = 0x0100
_LIMIT_PROCESS_TIME = 0x0002
_TICKS_PER_SECOND = 10_000_000


class _Basic(ctypes.Structure):
    _fields_ = (
        ("PerProcessUserTimeLimit", ctypes.c_int64),
        ("PerJobUserTimeLimit", ctypes.c_int64),
        ("LimitFlags", ctypes.c_uint32),
        ("MinimumWorkingSetSize", ctypes.c_size_t),
        ("MaximumWorkingSetSize", ctypes.c_size_t),
        ("ActiveProcessLimit", ctypes.c_uint32),
        ("Affinity", ctypes.c_size_t),
        ("PriorityClass", ctypes.c_uint32),
        ("SchedulingClass", ctypes.c_uint32),
    )


class _Extended(ctypes.Structure):
    _fields_ = (
        ("BasicLimitInformation", _Basic),
        ("IoInfo", ctypes.c_uint64 * 6),
        ("ProcessMemoryLimit", ctypes.c_size_t),
        ("JobMemoryLimit", ctypes.c_size_t),
        ("PeakProcessMemoryUsed", ctypes.c_size_t),
        ("PeakJobMemoryUsed", ctypes.c_size_t),
    )


def limit_this_process(memory_bytes: int, cpu_seconds: int) -> None:
    """Put this process into a new Job Object with the limits; zero means no limit.

    The job's handle stays open as long as the process lives.

    Raises
    ------
    OSError
        When Windows refuses.
    """
    kernel: Any = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined,unused-ignore]
    kernel.CreateJobObjectW.restype = ctypes.c_void_p
    kernel.GetCurrentProcess.restype = ctypes.c_void_p
    job = kernel.CreateJobObjectW(None, None)
    limits = _Extended()
    if memory_bytes:
        limits.BasicLimitInformation.LimitFlags |= _LIMIT_PROCESS_MEMORY
        limits.ProcessMemoryLimit = memory_bytes
    if cpu_seconds:
        limits.BasicLimitInformation.LimitFlags |= _LIMIT_PROCESS_TIME
        limits.BasicLimitInformation.PerProcessUserTimeLimit = cpu_seconds * _TICKS_PER_SECOND
    told = kernel.SetInformationJobObject(
        ctypes.c_void_p(job),
        _EXTENDED_LIMIT_INFORMATION,
        ctypes.byref(limits),
        ctypes.sizeof(limits),
    )
    process = ctypes.c_void_p(kernel.GetCurrentProcess())
    if not (told and kernel.AssignProcessToJobObject(ctypes.c_void_p(job), process)):
        raise OSError(ctypes.get_last_error(), "the process limits were refused")  # type: ignore[attr-defined,unused-ignore]
