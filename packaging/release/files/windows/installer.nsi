; SPDX-License-Identifier: GPL-3.0-or-later
;
; The installer for one user, who needs no rights but his own. It is a template:
; what stands in double braces comes from FyneApp.toml and from what is packed.
;
;   setup.exe /S               installs without a window
;   uninstall.exe /S           removes the program and keeps the profile
;   uninstall.exe /S /PROFILE  removes the profile too
;
; Exit status: 0 done, 1 cancelled, 2 something failed, 3 refused, for one of the
; reasons that are shown where there is a window.

Unicode true
Target amd64-unicode
SetCompressor /SOLID lzma
SetCompressorDictSize 64
CRCCheck force
RequestExecutionLevel user
ManifestDPIAware true
ManifestLongPathAware true
ManifestSupportedOS Win10

!include FileFunc.nsh
!include LogicLib.nsh
!include MUI2.nsh
!include WordFunc.nsh

!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\{{.ID}}"
!define MSIKEY "Software\{{.ID}}"
!define PROFILE "$APPDATA\passerby"
; Where what draws the window keeps an empty list of preferences.
!define TOOLKIT "$APPDATA\fyne"

Name "{{.Name}}"
OutFile "{{.Out}}"
InstallDir "$LOCALAPPDATA\Programs\{{.Name}}"
InstallDirRegKey HKCU "${KEY}" InstallLocation
BrandingText "{{.Name}} {{.Version}}"
ShowInstDetails nevershow
ShowUninstDetails nevershow

VIProductVersion "{{.Version}}.0"
VIFileVersion "{{.Version}}.0"
VIAddVersionKey ProductName "{{.Name}}"
VIAddVersionKey CompanyName "{{.Name}}"
VIAddVersionKey FileDescription "{{.Name}} {{.Version}}, installer"
VIAddVersionKey FileVersion "{{.Version}}"
VIAddVersionKey ProductVersion "{{.Version}}"
VIAddVersionKey LegalCopyright "GPL-3.0-or-later"

!define MUI_ICON "{{.Icon}}"
!define MUI_UNICON "{{.Icon}}"
!define MUI_WELCOMEPAGE_TEXT "{{.Comment}}$\r$\n$\r$\nThis installs {{.Name}} {{.Version}} and the Tor that it uses, for you alone. Nothing is downloaded, and nothing starts by itself.$\r$\n$\r$\nAn older version is replaced; your settings stay."
!define MUI_FINISHPAGE_RUN "$INSTDIR\passerby.exe"
!define MUI_FINISHPAGE_RUN_TEXT "Start {{.Name}}"
!define MUI_FINISHPAGE_NOAUTOCLOSE
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

; refuse shows why nothing is done, and ends.
!macro refuse text
	MessageBox MB_OK|MB_ICONEXCLAMATION "${text}" /SD IDOK
	SetErrorLevel 3
	Quit
!macroend

; closed waits until a program is not running: Windows lets nobody write into one
; that is.
!macro closed un
Function ${un}closed
	Exch $0
	again:
	IfFileExists "$0" 0 done
	ClearErrors
	FileOpen $1 "$0" a
	IfErrors 0 free
	MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "{{.Name}} is running. Close its window, and Quit in its menu next to the clock if it stays there, then press Retry. Nothing has been changed." /SD IDCANCEL IDRETRY again
	SetErrorLevel 3
	Quit
	free:
	FileClose $1
	done:
	Pop $0
FunctionEnd
!macroend
!insertmacro closed ""
!insertmacro closed "un."

Function .onInit
	SetShellVarContext current
	ReadRegStr $0 HKCU "${MSIKEY}" Msi
	${If} $0 != ""
		!insertmacro refuse "{{.Name}} $0 is installed already, from an .msi. Remove it first, in Settings, Apps: your profile stays."
	${EndIf}
	ReadRegStr $0 HKCU "${KEY}" DisplayVersion
	${If} $0 != ""
		${VersionCompare} "$0" "{{.Version}}" $1
		${If} $1 == 1
			!insertmacro refuse "{{.Name}} $0 is installed, which is newer than {{.Version}}. To go back to {{.Version}}, remove it first, in Settings, Apps: your profile stays."
		${EndIf}
	${EndIf}
	{{- range .Programs}}
	Push "$INSTDIR\{{.}}"
	Call closed
	{{- end}}
FunctionEnd

Section
	SetShellVarContext current
	; What the version before has installed is known to its own uninstaller.
	${If} ${FileExists} "$INSTDIR\uninstall.exe"
		ExecWait '"$INSTDIR\uninstall.exe" /S _?=$INSTDIR'
	${EndIf}
	SetOverwrite on
	ClearErrors
	{{- range .Files}}
	SetOutPath "$INSTDIR{{.Folder}}"
	File "/oname={{.Name}}" "{{.Source}}"
	{{- end}}
	SetOutPath "$INSTDIR"
	WriteUninstaller "$INSTDIR\uninstall.exe"
	CreateShortCut "$SMPROGRAMS\{{.Name}}.lnk" "$INSTDIR\passerby.exe"
	WriteRegStr HKCU "${KEY}" DisplayName "{{.Name}}"
	WriteRegStr HKCU "${KEY}" DisplayVersion "{{.Version}}"
	WriteRegStr HKCU "${KEY}" Publisher "{{.Name}}"
	WriteRegStr HKCU "${KEY}" DisplayIcon "$INSTDIR\passerby.exe"
	WriteRegStr HKCU "${KEY}" Comments "{{.Comment}}"
	WriteRegStr HKCU "${KEY}" InstallLocation "$INSTDIR"
	WriteRegStr HKCU "${KEY}" UninstallString '"$INSTDIR\uninstall.exe"'
	WriteRegStr HKCU "${KEY}" QuietUninstallString '"$INSTDIR\uninstall.exe" /S'
	WriteRegDWORD HKCU "${KEY}" EstimatedSize {{.Kilobytes}}
	WriteRegDWORD HKCU "${KEY}" NoModify 1
	WriteRegDWORD HKCU "${KEY}" NoRepair 1
	${If} ${Errors}
		MessageBox MB_OK|MB_ICONSTOP "{{.Name}} could not be installed to $INSTDIR. Is the disk full, or another program using what is there?" /SD IDOK
		SetErrorLevel 2
		Abort
	${EndIf}
SectionEnd

Function un.onInit
	SetShellVarContext current
	{{- range .Programs}}
	Push "$INSTDIR\{{.}}"
	Call un.closed
	{{- end}}
FunctionEnd

Section Uninstall
	SetShellVarContext current
	{{- range .Files}}
	Delete "$INSTDIR{{.Folder}}\{{.Name}}"
	{{- end}}
	Delete "$INSTDIR\uninstall.exe"
	{{- range .Folders}}
	RMDir "$INSTDIR{{.}}"
	{{- end}}
	RMDir "$INSTDIR"
	RMDir "$LOCALAPPDATA\Programs" ; where nobody else has anything in it
	Delete "$SMPROGRAMS\{{.Name}}.lnk"
	DeleteRegKey HKCU "${KEY}"
	RMDir /r "${TOOLKIT}\{{.ID}}"
	RMDir "${TOOLKIT}" ; where no other program has anything in it
	${If} ${FileExists} "${PROFILE}\*.*"
		${GetParameters} $0
		ClearErrors
		${GetOptions} $0 "/PROFILE" $1
		${IfNot} ${Errors}
			RMDir /r "${PROFILE}"
		${Else}
			MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "{{.Name}} is removed. Remove your profile too? It is ${PROFILE}: your settings, and what Tor and {{.Name}} remember of the network. No message was ever in it." /SD IDNO IDNO kept
			RMDir /r "${PROFILE}"
			kept:
		${EndIf}
	${EndIf}
SectionEnd
