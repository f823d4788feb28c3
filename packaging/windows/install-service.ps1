# Installs Tandem as a Windows service with Apache Commons Daemon (procrun). Run in an elevated PowerShell:
#   .\install-service.ps1 -InstallDir "C:\Program Files\Tandem" -Data "C:\ProgramData\Tandem"
# Needs in -InstallDir: tandem.jar and tandem.exe. tandem.exe is prunsrv.exe (amd64) of the artifact
# commons-daemon:commons-daemon:1.5.1, classifier bin-windows, renamed. Settings are read from the file .env in -Data.
param(
    [Parameter(Mandatory = $true)][string]$InstallDir,
    [string]$Data = "$env:ProgramData\Tandem",
    [string]$Java = $env:JAVA_HOME
)
$ErrorActionPreference = "Stop"

if (-not (Test-Path "$InstallDir\tandem.jar")) { throw "There is no tandem.jar in $InstallDir." }
if (-not (Test-Path "$InstallDir\tandem.exe")) { throw "There is no tandem.exe in $InstallDir (prunsrv.exe, renamed)." }
if (-not $Java -or -not (Test-Path "$Java\bin\server\jvm.dll")) { throw "Give -Java, or set JAVA_HOME, to a JDK or JRE 17 or newer." }
New-Item -ItemType Directory -Force "$Data\logs", "$Data\backups" | Out-Null
if (-not (Test-Path "$Data\.env")) { throw "There is no $Data\.env. Write the settings into it first (docs/configuration.md)." }

# Only administrators and the service may read the settings: they hold passwords.
icacls "$Data\.env" /inheritance:r /grant:r "Administrators:F" "SYSTEM:F" "NT AUTHORITY\LocalService:R" | Out-Null
icacls "$Data\logs" /grant "NT AUTHORITY\LocalService:(OI)(CI)M" | Out-Null
icacls "$Data\backups" /grant "NT AUTHORITY\LocalService:(OI)(CI)M" | Out-Null

# The Java process is a child of the service (mode exe), so that a stop ends it the way a console does.
& "$InstallDir\tandem.exe" //IS//Tandem `
    --DisplayName="Tandem" `
    --Description="Keeps this device's MongoDB and MongoDB Atlas in step" `
    --Startup=auto `
    --ServiceUser="NT AUTHORITY\LocalService" `
    --StartMode=exe `
    --StartPath="$Data" `
    --StartImage="$Java\bin\java.exe" `
    --StartParams="-Xmx128m#-XX:+UseSerialGC#-XX:TieredStopAtLevel=1#-jar#$InstallDir\tandem.jar#serve" `
    --StopMode=exe `
    --StopTimeout=20 `
    --LogPath="$Data\logs" `
    --LogPrefix=service `
    --StdOutput=auto `
    --StdError=auto
if ($LASTEXITCODE -ne 0) { throw "procrun refused to install the service ($LASTEXITCODE)." }
sc.exe failure Tandem reset= 3600 actions= restart/5000/restart/15000/restart/60000 | Out-Null
Start-Service Tandem
Write-Output "Tandem runs. Dashboard: http://127.0.0.1:5000/  Logs: $Data\logs"
