"""Storage SOP classes by UID: what an object is, in words (PS3.4 B.5, PS3.6 A; retired ones too).

Each table holds lines of ``UID | kind | name``; standard UIDs are written without their common
root. Private classes are those that vendors have published in conformance statements.
"""

from __future__ import annotations

from dataclasses import dataclass

IMAGE = "image"
MULTIFRAME = "multiframe"
ENHANCED = "enhanced"
TILED = "tiled"
SEGMENTATION = "segmentation"
PARAMETRIC_MAP = "parametric map"
DOSE = "dose"
VIDEO = "video"
IMAGE_KINDS = frozenset({IMAGE, MULTIFRAME, ENHANCED, TILED, SEGMENTATION, PARAMETRIC_MAP, DOSE})
"""Kinds whose pixel data can be shown as frames."""

UNKNOWN = "unknown"

STORAGE_ROOT = "1.2.840.10008.5.1.4.1.1."

_STANDARD = """
1 | image | Computed Radiography Image Storage
1.1 | image | Digital X-Ray Image Storage - For Presentation
1.1.1 | image | Digital X-Ray Image Storage - For Processing
1.2 | image | Digital Mammography X-Ray Image Storage - For Presentation
1.2.1 | image | Digital Mammography X-Ray Image Storage - For Processing
1.3 | image | Digital Intra-Oral X-Ray Image Storage - For Presentation
1.3.1 | image | Digital Intra-Oral X-Ray Image Storage - For Processing
2 | image | CT Image Storage
2.1 | enhanced | Enhanced CT Image Storage
2.2 | enhanced | Legacy Converted Enhanced CT Image Storage
3 | multiframe | Ultrasound Multi-frame Image Storage
3.1 | multiframe | Ultrasound Multi-frame Image Storage
4 | image | MR Image Storage
4.1 | enhanced | Enhanced MR Image Storage
4.2 | spectroscopy | MR Spectroscopy Storage
4.3 | enhanced | Enhanced MR Color Image Storage
4.4 | enhanced | Legacy Converted Enhanced MR Image Storage
5 | multiframe | Nuclear Medicine Image Storage
6 | image | Ultrasound Image Storage
6.1 | image | Ultrasound Image Storage
6.2 | enhanced | Enhanced US Volume Storage
6.3 | enhanced | Photoacoustic Image Storage
7 | image | Secondary Capture Image Storage
7.1 | multiframe | Multi-frame Single Bit Secondary Capture Image Storage
7.2 | multiframe | Multi-frame Grayscale Byte Secondary Capture Image Storage
7.3 | multiframe | Multi-frame Grayscale Word Secondary Capture Image Storage
7.4 | multiframe | Multi-frame True Color Secondary Capture Image Storage
8 | legacy | Standalone Overlay Storage
9 | legacy | Standalone Curve Storage
9.1 | waveform | Waveform Storage (trial)
9.1.1 | waveform | 12-lead ECG Waveform Storage
9.1.2 | waveform | General ECG Waveform Storage
9.1.3 | waveform | Ambulatory ECG Waveform Storage
9.1.4 | waveform | General 32-bit ECG Waveform Storage
9.2.1 | waveform | Hemodynamic Waveform Storage
9.3.1 | waveform | Cardiac Electrophysiology Waveform Storage
9.4.1 | waveform | Basic Voice Audio Waveform Storage
9.4.2 | waveform | General Audio Waveform Storage
9.5.1 | waveform | Arterial Pulse Waveform Storage
9.6.1 | waveform | Respiratory Waveform Storage
9.6.2 | waveform | Multi-channel Respiratory Waveform Storage
9.7.1 | waveform | Routine Scalp Electroencephalogram Waveform Storage
9.7.2 | waveform | Electromyogram Waveform Storage
9.7.3 | waveform | Electrooculogram Waveform Storage
9.7.4 | waveform | Sleep Electroencephalogram Waveform Storage
9.8.1 | waveform | Body Position Waveform Storage
9.100.1 | presentation state | Waveform Presentation State Storage
9.100.2 | presentation state | Waveform Acquisition Presentation State Storage
10 | legacy | Standalone Modality LUT Storage
11 | legacy | Standalone VOI LUT Storage
11.1 | presentation state | Grayscale Softcopy Presentation State Storage
11.2 | presentation state | Color Softcopy Presentation State Storage
11.3 | presentation state | Pseudo-Color Softcopy Presentation State Storage
11.4 | presentation state | Blending Softcopy Presentation State Storage
11.5 | presentation state | XA/XRF Grayscale Softcopy Presentation State Storage
11.6 | presentation state | Grayscale Planar MPR Volumetric Presentation State Storage
11.7 | presentation state | Compositing Planar MPR Volumetric Presentation State Storage
11.8 | presentation state | Advanced Blending Presentation State Storage
11.9 | presentation state | Volume Rendering Volumetric Presentation State Storage
11.10 | presentation state | Segmented Volume Rendering Volumetric Presentation State Storage
11.11 | presentation state | Multiple Volume Rendering Volumetric Presentation State Storage
11.12 | presentation state | Variable Modality LUT Softcopy Presentation State Storage
12.1 | multiframe | X-Ray Angiographic Image Storage
12.1.1 | enhanced | Enhanced XA Image Storage
12.2 | multiframe | X-Ray Radiofluoroscopic Image Storage
12.2.1 | enhanced | Enhanced XRF Image Storage
12.3 | multiframe | X-Ray Angiographic Bi-Plane Image Storage
13.1.1 | enhanced | X-Ray 3D Angiographic Image Storage
13.1.2 | enhanced | X-Ray 3D Craniofacial Image Storage
13.1.3 | enhanced | Breast Tomosynthesis Image Storage
13.1.4 | enhanced | Breast Projection X-Ray Image Storage - For Presentation
13.1.5 | enhanced | Breast Projection X-Ray Image Storage - For Processing
14.1 | enhanced | Intravascular Optical Coherence Tomography Image Storage - For Presentation
14.2 | enhanced | Intravascular Optical Coherence Tomography Image Storage - For Processing
20 | multiframe | Nuclear Medicine Image Storage
30 | parametric map | Parametric Map Storage
66 | raw | Raw Data Storage
66.1 | registration | Spatial Registration Storage
66.2 | registration | Spatial Fiducials Storage
66.3 | registration | Deformable Spatial Registration Storage
66.4 | segmentation | Segmentation Storage
66.5 | surface | Surface Segmentation Storage
66.6 | surface | Tractography Results Storage
66.7 | segmentation | Label Map Segmentation Storage
66.8 | segmentation | Height Map Segmentation Storage
67 | registration | Real World Value Mapping Storage
68.1 | surface | Surface Scan Mesh Storage
68.2 | surface | Surface Scan Point Cloud Storage
77.1 | image | VL Image Storage (trial)
77.1.1 | image | VL Endoscopic Image Storage
77.1.1.1 | video | Video Endoscopic Image Storage
77.1.2 | image | VL Microscopic Image Storage
77.1.2.1 | video | Video Microscopic Image Storage
77.1.3 | image | VL Slide-Coordinates Microscopic Image Storage
77.1.4 | image | VL Photographic Image Storage
77.1.4.1 | video | Video Photographic Image Storage
77.1.5.1 | image | Ophthalmic Photography 8 Bit Image Storage
77.1.5.2 | image | Ophthalmic Photography 16 Bit Image Storage
77.1.5.3 | registration | Stereometric Relationship Storage
77.1.5.4 | enhanced | Ophthalmic Tomography Image Storage
77.1.5.5 | image | Wide Field Ophthalmic Photography Stereographic Projection Image Storage
77.1.5.6 | image | Wide Field Ophthalmic Photography 3D Coordinates Image Storage
77.1.5.7 | image | Ophthalmic Optical Coherence Tomography En Face Image Storage
77.1.5.8 | enhanced | Ophthalmic Optical Coherence Tomography B-scan Volume Analysis Storage
77.1.6 | tiled | VL Whole Slide Microscopy Image Storage
77.1.7 | image | Dermoscopic Photography Image Storage
77.1.8 | image | Confocal Microscopy Image Storage
77.1.9 | tiled | Confocal Microscopy Tiled Pyramidal Image Storage
77.2 | multiframe | VL Multi-frame Image Storage (trial)
78.1 | measurements | Lensometry Measurements Storage
78.2 | measurements | Autorefraction Measurements Storage
78.3 | measurements | Keratometry Measurements Storage
78.4 | measurements | Subjective Refraction Measurements Storage
78.5 | measurements | Visual Acuity Measurements Storage
78.6 | measurements | Spectacle Prescription Report Storage
78.7 | measurements | Ophthalmic Axial Measurements Storage
78.8 | measurements | Intraocular Lens Calculations Storage
79.1 | measurements | Macular Grid Thickness and Volume Report Storage
80.1 | measurements | Ophthalmic Visual Field Static Perimetry Measurements Storage
81.1 | image | Ophthalmic Thickness Map Storage
82.1 | image | Corneal Topography Map Storage
88.1 | report | Text SR Storage (trial)
88.2 | report | Audio SR Storage (trial)
88.3 | report | Detail SR Storage (trial)
88.4 | report | Comprehensive SR Storage (trial)
88.11 | report | Basic Text SR Storage
88.22 | report | Enhanced SR Storage
88.33 | report | Comprehensive SR Storage
88.34 | report | Comprehensive 3D SR Storage
88.35 | report | Extensible SR Storage
88.40 | report | Procedure Log Storage
88.50 | report | Mammography CAD SR Storage
88.59 | report | Key Object Selection Document Storage
88.65 | report | Chest CAD SR Storage
88.67 | report | X-Ray Radiation Dose SR Storage
88.68 | report | Radiopharmaceutical Radiation Dose SR Storage
88.69 | report | Colon CAD SR Storage
88.70 | report | Implantation Plan SR Storage
88.71 | report | Acquisition Context SR Storage
88.72 | report | Simplified Adult Echo SR Storage
88.73 | report | Patient Radiation Dose SR Storage
88.74 | report | Planned Imaging Agent Administration SR Storage
88.75 | report | Performed Imaging Agent Administration SR Storage
88.76 | report | Enhanced X-Ray Radiation Dose SR Storage
88.77 | report | Waveform Annotation SR Storage
90.1 | report | Content Assessment Results Storage
91.1 | measurements | Microscopy Bulk Simple Annotations Storage
104.1 | document | Encapsulated PDF Storage
104.2 | document | Encapsulated CDA Storage
104.3 | document | Encapsulated STL Storage
104.4 | document | Encapsulated OBJ Storage
104.5 | document | Encapsulated MTL Storage
128 | image | Positron Emission Tomography Image Storage
128.1 | enhanced | Legacy Converted Enhanced PET Image Storage
129 | legacy | Standalone PET Curve Storage
130 | enhanced | Enhanced PET Image Storage
131 | protocol | Basic Structured Display Storage
200.1 | protocol | CT Defined Procedure Protocol Storage
200.2 | protocol | CT Performed Procedure Protocol Storage
200.3 | protocol | Protocol Approval Storage
200.7 | protocol | XA Defined Procedure Protocol Storage
200.8 | protocol | XA Performed Procedure Protocol Storage
201.1 | raw | Inventory Storage
481.1 | image | RT Image Storage
481.2 | dose | RT Dose Storage
481.3 | radiotherapy | RT Structure Set Storage
481.4 | radiotherapy | RT Beams Treatment Record Storage
481.5 | radiotherapy | RT Plan Storage
481.6 | radiotherapy | RT Brachy Treatment Record Storage
481.7 | radiotherapy | RT Treatment Summary Record Storage
481.8 | radiotherapy | RT Ion Plan Storage
481.9 | radiotherapy | RT Ion Beams Treatment Record Storage
481.10 | radiotherapy | RT Physician Intent Storage
481.11 | radiotherapy | RT Segment Annotation Storage
481.12 | radiotherapy | RT Radiation Set Storage
481.13 | radiotherapy | C-Arm Photon-Electron Radiation Storage
481.14 | radiotherapy | Tomotherapeutic Radiation Storage
481.15 | radiotherapy | Robotic-Arm Radiation Storage
481.16 | radiotherapy | RT Radiation Record Set Storage
481.17 | radiotherapy | RT Radiation Salvage Record Storage
481.18 | radiotherapy | Tomotherapeutic Radiation Record Storage
481.19 | radiotherapy | C-Arm Photon-Electron Radiation Record Storage
481.20 | radiotherapy | Robotic Radiation Record Storage
481.21 | radiotherapy | RT Radiation Set Delivery Instruction Storage
481.22 | radiotherapy | RT Treatment Preparation Storage
481.23 | multiframe | Enhanced RT Image Storage
481.24 | multiframe | Enhanced Continuous RT Image Storage
481.25 | radiotherapy | RT Patient Position Acquisition Instruction Storage
501.1 | image | DICOS CT Image Storage
501.2.1 | image | DICOS Digital X-Ray Image Storage - For Presentation
501.2.2 | image | DICOS Digital X-Ray Image Storage - For Processing
501.3 | measurements | DICOS Threat Detection Report Storage
501.4 | image | DICOS 2D AIT Storage
501.5 | image | DICOS 3D AIT Storage
501.6 | image | DICOS Quadrupole Resonance (QR) Storage
601.1 | image | Eddy Current Image Storage
601.2 | multiframe | Eddy Current Multi-frame Image Storage
"""

_ELSEWHERE = """
1.2.840.10008.5.1.1.27 | protocol | Stored Print Storage
1.2.840.10008.5.1.1.29 | image | Hardcopy Grayscale Image Storage
1.2.840.10008.5.1.1.30 | image | Hardcopy Color Image Storage
1.2.840.10008.5.1.4.34.1 | radiotherapy | RT Beams Delivery Instruction Storage (trial)
1.2.840.10008.5.1.4.34.7 | radiotherapy | RT Beams Delivery Instruction Storage
1.2.840.10008.5.1.4.34.10 | radiotherapy | RT Brachy Application Setup Delivery Instruction Storage
1.2.840.10008.5.1.4.38.1 | protocol | Hanging Protocol Storage
1.2.840.10008.5.1.4.39.1 | protocol | Color Palette Storage
1.2.840.10008.5.1.4.43.1 | protocol | Generic Implant Template Storage
1.2.840.10008.5.1.4.44.1 | protocol | Implant Assembly Template Storage
1.2.840.10008.5.1.4.45.1 | protocol | Implant Template Group Storage
1.2.124.113532.3500.7 | presentation state | Agfa Basic Attribute Presentation State
1.2.392.200036.9116.7.8.1.1.1 | raw | Toshiba US Private Data
1.2.840.113619.4.2 | raw | GE MR Information Object
1.2.840.113619.4.3 | raw | GE CT Information Object
1.2.840.113619.4.4 | raw | GE Display Image Information Object
1.2.840.113619.4.26 | raw | GE PET Raw Data
1.2.840.113619.4.27 | surface | GE 3D Model
1.2.840.113619.4.30 | raw | GE Protocol or Genie
1.3.12.2.1107.5.9.1 | raw | Siemens CSA Non-Image
1.3.12.2.1107.5.99.3.10 | raw | Siemens CT/MR Volume
1.3.12.2.1107.5.99.3.11 | raw | Siemens AX Frame Sets
1.3.46.670589.2.3.1.1 | raw | Philips Specialised XA
1.3.46.670589.2.4.1.1 | image | Philips CX Image
1.3.46.670589.2.5.1.1 | raw | Philips 3D Ultrasound
1.3.46.670589.5.0.1 | raw | Philips Volume
1.3.46.670589.5.0.1.1 | raw | Philips Volume
1.3.46.670589.5.0.2 | surface | Philips 3D Object
1.3.46.670589.5.0.2.1 | surface | Philips 3D Object
1.3.46.670589.5.0.3 | surface | Philips Surface
1.3.46.670589.5.0.3.1 | surface | Philips Surface
1.3.46.670589.5.0.4 | raw | Philips Composite Object
1.3.46.670589.5.0.7 | raw | Philips MR Cardio Profile
1.3.46.670589.5.0.8 | raw | Philips MR Cardio
1.3.46.670589.5.0.8.1 | raw | Philips MR Cardio
1.3.46.670589.5.0.9 | image | Philips CT Synthetic Image
1.3.46.670589.5.0.10 | image | Philips MR Synthetic Image
1.3.46.670589.5.0.11 | raw | Philips MR Cardio Analysis
1.3.46.670589.5.0.11.1 | raw | Philips MR Cardio Analysis
1.3.46.670589.5.0.12 | image | Philips CX Synthetic Image
1.3.46.670589.5.0.13 | raw | Philips Perfusion
1.3.46.670589.5.0.14 | image | Philips Perfusion Image
1.3.46.670589.7.8.1618510091 | multiframe | Philips X-Ray Multi-frame
1.3.46.670589.7.8.1618510092 | multiframe | Philips X-Ray Multi-frame
1.3.46.670589.11.0.0.12.1 | spectroscopy | Philips MR Spectrum
1.3.46.670589.11.0.0.12.2 | raw | Philips MR Series Data
1.3.46.670589.11.0.0.12.3 | image | Philips MR Color Image
1.3.46.670589.11.0.0.12.4 | raw | Philips MR Examcard
"""


@dataclass(frozen=True, slots=True)
class SopClass:
    """A storage SOP class.

    Attributes
    ----------
    kind
        ``image`` (one frame), ``multiframe`` (classic), ``enhanced`` (functional groups),
        ``tiled``, ``segmentation``, ``parametric map``, ``dose``, ``video``,
        ``presentation state``, ``report``, ``document``, ``waveform``, ``radiotherapy``, ``raw``,
        ``spectroscopy``, ``surface``, ``registration``, ``measurements``, ``protocol``,
        ``legacy`` or ``unknown``.
    """

    uid: str
    name: str
    kind: str


def _parse(table: str, root: str) -> list[SopClass]:
    rows = (line.split(" | ") for line in table.strip().splitlines())
    return [SopClass(root + uid, name, kind) for uid, kind, name in rows]


SOP_CLASSES: tuple[SopClass, ...] = (*_parse(_STANDARD, STORAGE_ROOT), *_parse(_ELSEWHERE, ""))

BY_UID = {sop_class.uid: sop_class for sop_class in SOP_CLASSES}


def sop_class(uid: str) -> SopClass:
    """Return the SOP class of a UID; an unlisted one is ``unknown`` and named by its UID."""
    known = BY_UID.get(uid)
    if known:
        return known
    return SopClass(
        uid, f"unknown kind of object ({uid})" if uid else "object without a class", UNKNOWN
    )


def sop_class_name(uid: str) -> str:
    """Return a name people can read, without the word Storage; the UID when it is not known."""
    return sop_class(uid).name.replace(" Storage", "")


def uids_of(*kinds: str) -> frozenset[str]:
    """Return the UIDs of all classes of the given kinds."""
    return frozenset(known.uid for known in SOP_CLASSES if known.kind in kinds)
