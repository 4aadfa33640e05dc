"""The functional group macros that records read, and what they take from each (PS3.3 C.7.6.16)."""

from __future__ import annotations

MacroRow = tuple[int, str, str]

MACROS: dict[int, tuple[MacroRow, ...]] = {
    0x00209113: (  # PlanePositionSequence
        (0x00200032, "ImagePositionPatient", "DS"),
    ),
    0x00209116: (  # PlaneOrientationSequence
        (0x00200037, "ImageOrientationPatient", "DS"),
    ),
    0x00289110: (  # PixelMeasuresSequence
        (0x00180050, "SliceThickness", "DS"),
        (0x00180088, "SpacingBetweenSlices", "DS"),
        (0x00280030, "PixelSpacing", "DS"),
    ),
    0x00289132: (  # FrameVOILUTSequence
        (0x00281050, "WindowCenter", "DS"),
        (0x00281051, "WindowWidth", "DS"),
        (0x00281055, "WindowCenterWidthExplanation", "LO"),
        (0x00281056, "VOILUTFunction", "CS"),
    ),
    0x00289145: (  # PixelValueTransformationSequence
        (0x00281052, "RescaleIntercept", "DS"),
        (0x00281053, "RescaleSlope", "DS"),
        (0x00281054, "RescaleType", "LO"),
    ),
    0x00209111: (  # FrameContentSequence
        (0x00209056, "StackID", "SH"),
        (0x00209057, "InStackPositionNumber", "UL"),
        (0x00209128, "TemporalPositionIndex", "UL"),
        (0x00209157, "DimensionIndexValues", "UL"),
        (0x00209156, "FrameAcquisitionNumber", "US"),
        (0x00189151, "FrameReferenceDateTime", "DT"),
        (0x00189074, "FrameAcquisitionDateTime", "DT"),
        (0x00189220, "FrameAcquisitionDuration", "FD"),
        (0x00209453, "FrameLabel", "LO"),
        (0x00209158, "FrameComments", "LT"),
        (0x00189236, "CardiacCyclePosition", "CS"),
        (0x00189214, "RespiratoryCyclePosition", "CS"),
    ),
    0x00189226: (  # MRImageFrameTypeSequence
        (0x00089007, "FrameType", "CS"),
        (0x00089205, "PixelPresentation", "CS"),
        (0x00089206, "VolumetricProperties", "CS"),
        (0x00089208, "ComplexImageComponent", "CS"),
        (0x00089209, "AcquisitionContrast", "CS"),
    ),
    0x00189329: (  # CTImageFrameTypeSequence
        (0x00089007, "FrameType", "CS"),
        (0x00089205, "PixelPresentation", "CS"),
        (0x00089206, "VolumetricProperties", "CS"),
    ),
    0x00189751: (  # PETFrameTypeSequence
        (0x00089007, "FrameType", "CS"),
        (0x00089205, "PixelPresentation", "CS"),
        (0x00089206, "VolumetricProperties", "CS"),
    ),
    0x00189504: (  # XRay3DFrameTypeSequence
        (0x00089007, "FrameType", "CS"),
        (0x00089205, "PixelPresentation", "CS"),
        (0x00089206, "VolumetricProperties", "CS"),
    ),
    0x00189227: (  # MRSpectroscopyFrameTypeSequence
        (0x00089007, "FrameType", "CS"),
    ),
    0x00409092: (  # ParametricMapFrameTypeSequence
        (0x00089007, "FrameType", "CS"),
    ),
    0x00189118: (  # CardiacSynchronizationSequence
        (0x00209153, "NominalCardiacTriggerDelayTime", "FD"),
        (0x00209252, "ActualCardiacTriggerDelayTime", "FD"),
        (0x00209251, "RRIntervalTimeNominal", "FD"),
    ),
    0x00209253: (  # RespiratorySynchronizationSequence
        (0x00209255, "NominalRespiratoryTriggerDelayTime", "FD"),
    ),
    0x00209310: (  # TemporalPositionSequence
        (0x0020930D, "TemporalPositionTimeOffset", "FD"),
    ),
    0x00189114: (  # MREchoSequence
        (0x00189082, "EffectiveEchoTime", "FD"),
    ),
    0x00189112: (  # MRTimingAndRelatedParametersSequence
        (0x00180080, "RepetitionTime", "DS"),
        (0x00181314, "FlipAngle", "DS"),
        (0x00180091, "EchoTrainLength", "IS"),
    ),
    0x00189115: (  # MRModifierSequence
        (0x00189079, "InversionTimes", "FD"),
    ),
    0x00189119: (  # MRAveragesSequence
        (0x00180083, "NumberOfAverages", "DS"),
    ),
    0x00189117: (  # MRDiffusionSequence
        (0x00189087, "DiffusionBValue", "FD"),
        (0x00189075, "DiffusionDirectionality", "CS"),
    ),
    0x00209071: (  # FrameAnatomySequence
        (0x00209072, "FrameLaterality", "CS"),
    ),
    0x00189314: (  # CTReconstructionSequence
        (0x00181210, "ConvolutionKernel", "SH"),
        (0x00181100, "ReconstructionDiameter", "DS"),
    ),
    0x00189325: (  # CTXRayDetailsSequence
        (0x00180060, "KVP", "DS"),
        (0x00181160, "FilterType", "SH"),
    ),
    0x00189321: (  # CTExposureSequence
        (0x00189328, "ExposureTimeInms", "FD"),
        (0x00189330, "XRayTubeCurrentInmA", "FD"),
        (0x00189332, "ExposureInmAs", "FD"),
        (0x00189345, "CTDIvol", "FD"),
    ),
    0x00189301: (  # CTAcquisitionTypeSequence
        (0x00189302, "AcquisitionType", "CS"),
    ),
    0x0048021A: (  # PlanePositionSlideSequence
        (0x0040072A, "XOffsetInSlideCoordinateSystem", "DS"),
        (0x0040073A, "YOffsetInSlideCoordinateSystem", "DS"),
        (0x0040074A, "ZOffsetInSlideCoordinateSystem", "DS"),
        (0x0048021E, "ColumnPositionInTotalImagePixelMatrix", "SL"),
        (0x0048021F, "RowPositionInTotalImagePixelMatrix", "SL"),
    ),
    0x0062000A: (  # SegmentIdentificationSequence
        (0x0062000B, "ReferencedSegmentNumber", "US"),
    ),
    0x00189405: (  # PositionerPositionSequence
        (0x00181510, "PositionerPrimaryAngle", "DS"),
        (0x00181511, "PositionerSecondaryAngle", "DS"),
    ),
    0x00289443: (  # FramePixelDataPropertiesSequence
        (0x00089007, "FrameType", "CS"),
        (0x00181164, "ImagerPixelSpacing", "DS"),
        (0x00289444, "GeometricalProperties", "CS"),
        (0x00281040, "PixelIntensityRelationship", "CS"),
        (0x00281041, "PixelIntensityRelationshipSign", "SS"),
    ),
    0x00189412: (  # XAXRFFrameCharacteristicsSequence
        (0x00082111, "DerivationDescription", "ST"),
    ),
}
"""Rows of tag, keyword and VR, by the tag of the macro's sequence."""

DIFFUSION_MACRO = 0x00189117
DIFFUSION_DIRECTIONS = 0x00189076
DIFFUSION_ROW: MacroRow = (0x00189089, "DiffusionGradientOrientation", "FD")
"""The gradient direction lies one sequence deeper (PS3.3 C.8.13.5.9)."""
