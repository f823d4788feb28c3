# Installs Tandem as a Windows service with Apache Commons Daemon (procrun), or updates the service. Run in an elevated PowerShell:
#   .\install-service.ps1 -InstallDir "C:\Program Files\Tandem" -Data "C:\ProgramData\Tandem"
# Needs in -InstallDir: tandem.jar and tandem.exe. tandem.exe is amd64\prunsrv.exe of the artifact
# commons-daemon:commons-daemon:1.5.1, classifier bin-windows, renamed. Settings are read from the file .env in -Data.
# Remove the service with: & "C:\Program Files\Tandem\tandem.exe" //DS//Tandem
param(
    [Parameter(Mandatory = $true)][string]$InstallDir,
    [string]$Data = "$env:ProgramData\Tandem",
    [string]$Java = $env:JAVA_HOME
)
$ErrorActionPreference = "Stop"

function Confirm-Success([string]$What) {
    # $ErrorActionPreference says nothing about programs.
    if ($LASTEXITCODE -ne 0) { throw "$What failed ($LASTEXITCODE)." }
}

if (-not $Java) { throw "Give -Java, or set JAVA_HOME, to a JDK or JRE 17 or newer." }
# Full paths, since a service starts elsewhere. No backslash at the end: before a quotation mark it would hide it.
$resolve = $ExecutionContext.SessionState.Path
$InstallDir = $resolve.GetUnresolvedProviderPathFromPSPath($InstallDir).TrimEnd("\")
$Data = $resolve.GetUnresolvedProviderPathFromPSPath($Data).TrimEnd("\")
$Java = $resolve.GetUnresolvedProviderPathFromPSPath($Java).TrimEnd("\")

if (-not (Test-Path "$InstallDir\tandem.jar")) { throw "There is no tandem.jar in $InstallDir." }
if (-not (Test-Path "$InstallDir\tandem.exe")) { throw "There is no tandem.exe in $InstallDir (amd64\prunsrv.exe, renamed)." }
if (-not (Test-Path "$Java\bin\server\jvm.dll")) { throw "There is no Java in $Java. Give -Java, or set JAVA_HOME, to a JDK or JRE 17 or newer." }
if (-not (Test-Path "$Data\.env")) { throw "There is no $Data\.env. Write the settings into it first (docs/configuration.md)." }
& "$Java\bin\java.exe" -jar "$InstallDir\tandem.jar" verify-config --env-file "$Data\.env"
Confirm-Success "The check of the settings"

$service = Get-Service Tandem -ErrorAction SilentlyContinue
if ($service) { Stop-Service Tandem }

# Settings hold passwords, backups hold documents: administrators, the system and the service only. Numbers, since names of accounts are translated.
New-Item -ItemType Directory -Force "$Data\logs", "$Data\backups" | Out-Null
$administrators = "*S-1-5-32-544"; $system = "*S-1-5-18"; $localService = "*S-1-5-19"
icacls $Data /inheritance:r /grant:r "${administrators}:(OI)(CI)F" "${system}:(OI)(CI)F" "${localService}:(OI)(CI)RX" | Out-Null
Confirm-Success "Protecting $Data"
icacls "$Data\.env" /inheritance:r /grant:r "${administrators}:F" "${system}:F" "${localService}:R" | Out-Null
Confirm-Success "Protecting $Data\.env"
foreach ($directory in "$Data\logs", "$Data\backups") {
    icacls $directory /grant "${localService}:(OI)(CI)M" | Out-Null
    Confirm-Success "Letting the service write to $directory"
}

# The JVM is inside the service (mode jvm), and a stop calls System.exit in it, which ends Tandem as Ctrl-C does: the batch
# is finished, positions are saved, the lease is given back. In mode exe procrun can only kill what it started.
$verb = if ($service) { "//US//Tandem" } else { "//IS//Tandem" }
$arguments = @(
    $verb
    "--DisplayName=Tandem"
    "--Description=Keeps this device's MongoDB and MongoDB Atlas in step"
    "--Startup=auto"
    "--ServiceUser=NT AUTHORITY\LocalService"
    "--Jvm=$Java\bin\server\jvm.dll"
    "--JvmMx=128"
    "--JvmSs=512"
    "--JvmOptions=-XX:+UseSerialGC#-XX:TieredStopAtLevel=1"
    "--Classpath=$InstallDir\tandem.jar"
    "--StartMode=jvm"
    "--StartPath=$Data"
    "--StartClass=io.tandem.demo.Main"
    "--StartParams=serve"
    "--StopMode=jvm"
    "--StopClass=java.lang.System"
    "--StopMethod=exit"
    "--StopTimeout=20"
    "--LogPath=$Data\logs"
    "--LogPrefix=service"
    "--StdOutput=auto"
    "--StdError=auto"
)
& "$InstallDir\tandem.exe" $arguments
Confirm-Success "Installing the service"
sc.exe failure Tandem reset= 3600 actions= restart/5000/restart/15000/restart/60000 | Out-Null
Confirm-Success "Setting what happens when the service fails"
Start-Service Tandem
Write-Output "Tandem was started. Dashboard: http://127.0.0.1:5000/ unless the settings say otherwise. Logs: $Data\logs"
