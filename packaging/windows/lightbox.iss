; Inno Setup: an installer for one user, without administrator rights, from the frozen folder.
;   pyinstaller --noconfirm packaging\lightbox.spec
;   iscc /DVersion=0.1.0 packaging\windows\lightbox.iss

#ifndef Version
  #error Give the version: iscc /DVersion=0.1.0 lightbox.iss
#endif

[Setup]
AppId={{6F0B8A5E-35C9-4E5B-9A2D-0C7C1B7E9D41}
AppName=Lightbox
AppVersion={#Version}
AppPublisher=The Lightbox authors
DefaultDirName={autopf}\Lightbox
DefaultGroupName=Lightbox
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
LicenseFile=..\..\LICENSE
SetupIconFile=lightbox.ico
UninstallDisplayIcon={app}\lightbox.exe
OutputDir=..\..\dist
OutputBaseFilename=lightbox-{#Version}-setup
Compression=lzma2/max
SolidCompression=yes
ChangesAssociations=yes
WizardStyle=modern

[Tasks]
Name: "desktopicon"; Description: "A shortcut on the desktop"; Flags: unchecked
Name: "associate"; Description: "Open .dcm files with Lightbox"

[Files]
Source: "..\..\dist\lightbox\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[Icons]
Name: "{group}\Lightbox"; Filename: "{app}\lightbox.exe"
Name: "{group}\Lightbox demo"; Filename: "{app}\lightbox.exe"; Parameters: "demo"
Name: "{autodesktop}\Lightbox"; Filename: "{app}\lightbox.exe"; Tasks: desktopicon

[Registry]
Root: HKA; Subkey: "Software\Classes\.dcm\OpenWithProgids"; ValueType: string; ValueName: "Lightbox.dicom"; ValueData: ""; Flags: uninsdeletevalue; Tasks: associate
Root: HKA; Subkey: "Software\Classes\Lightbox.dicom"; ValueType: string; ValueData: "DICOM image"; Flags: uninsdeletekey; Tasks: associate
Root: HKA; Subkey: "Software\Classes\Lightbox.dicom\shell\open\command"; ValueType: string; ValueData: """{app}\lightbox.exe"" ""%1"""; Tasks: associate

[Run]
Filename: "{app}\lightbox.exe"; Description: "Start Lightbox"; Flags: nowait postinstall skipifsilent

; The library of studies lies in %LOCALAPPDATA%\lightbox and is left alone when Lightbox is removed.
