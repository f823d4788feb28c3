@echo off
rem Runs Tandem from a source checkout on Windows: the twin of the shell script "tandem". Finds Java and Maven, builds
rem what is out of date, then runs the one jar. "tandem test" runs the whole test-suite, "tandem bench" the benchmarks.
rem Exit codes: those of the command; 1 when the build or a test fails; 2 when Java or Maven is missing.
setlocal EnableExtensions DisableDelayedExpansion
set "ROOT=%~dp0"
if "%ROOT:~-1%"=="\" set "ROOT=%ROOT:~0,-1%"
set "JAR=demo\target\tandem.jar"
set "MODULES=demo sync-agent sync-engine embedded-mongo"
set "MODULE=demo"

call :find_java
if not defined JAVA_FOUND goto :no_java

if /i "%~1"=="test" goto :test
if /i not "%~1"=="bench" goto :build
set "JAR=benchmarks\target\benchmarks.jar"
set "MODULES=benchmarks sync-engine embedded-mongo"
set "MODULE=benchmarks"

:build
call :is_current
if not errorlevel 1 goto :run
call :find_maven
if not defined MAVEN goto :no_maven
if not exist "%JAVA_FOUND%\bin\javac.exe" goto :no_java
echo tandem: building (the first time this takes about a minute and downloads the libraries) ... 1>&2
if not exist "%ROOT%\%MODULE%\target" mkdir "%ROOT%\%MODULE%\target"
type nul > "%ROOT%\%JAR%.building"
if exist "%ROOT%\%JAR%" del /q "%ROOT%\%JAR%" 2>nul
if exist "%ROOT%\%JAR%" (
  echo tandem: %JAR% is in use. Stop the Tandem that runs from it, then try again. 1>&2
  exit /b 1
)
pushd "%ROOT%"
set "JAVA_HOME=%JAVA_FOUND%"
call "%MAVEN%" -B -q -Dquick -Dmaven.test.skip=true -pl %MODULE% -am package 1>&2
set "RESULT=%ERRORLEVEL%"
popd
if not "%RESULT%"=="0" (
  echo tandem: the build failed; the messages above say why. Nothing was started. 1>&2
  exit /b 1
)
move /y "%ROOT%\%JAR%.building" "%ROOT%\%JAR%.built" >nul

:run
set "FLAGS=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
for %%C in (serve demo embedded bench backup restore verify selftest migrate) do if /i "%~1"=="%%C" set "FLAGS="
if /i "%~1"=="bench" goto :run_bench
if defined TANDEM_CLASSPATH goto :run_with_rules
"%JAVA_FOUND%\bin\java.exe" -Xshare:auto %FLAGS% %TANDEM_JAVA_OPTS% -jar "%ROOT%\%JAR%" %*
exit /b %ERRORLEVEL%

rem Jars with conflict rules of your own, separated by semicolons.
:run_with_rules
"%JAVA_FOUND%\bin\java.exe" -Xshare:auto %FLAGS% %TANDEM_JAVA_OPTS% -cp "%ROOT%\%JAR%;%TANDEM_CLASSPATH%" io.tandem.demo.Main %*
exit /b %ERRORLEVEL%

:run_bench
for /f "tokens=1*" %%A in ("%*") do (
  "%JAVA_FOUND%\bin\java.exe" %TANDEM_JAVA_OPTS% -jar "%ROOT%\%JAR%" %%B
)
exit /b %ERRORLEVEL%

:test
call :find_maven
if not defined MAVEN goto :no_maven
for /d %%M in ("%ROOT%\*") do if exist "%%M\target\surefire-reports" rmdir /s /q "%%M\target\surefire-reports"
set "JAVA_HOME=%JAVA_FOUND%"
pushd "%ROOT%"
for /f "tokens=1*" %%A in ("%*") do call "%MAVEN%" -B -ntp -fae verify %%B
set "RESULT=%ERRORLEVEL%"
popd
exit /b %RESULT%

rem Sets errorlevel 0 when the jar is newer than all its sources, else 1.
:is_current
if not exist "%ROOT%\%JAR%" exit /b 1
if not exist "%ROOT%\%JAR%.built" exit /b 1
set "TANDEM_STAMP=%ROOT%\%JAR%.built"
set "TANDEM_ROOT=%ROOT%"
set "TANDEM_MODULES=%MODULES%"
powershell -NoProfile -ExecutionPolicy Bypass -Command "$t=(Get-Item -LiteralPath $env:TANDEM_STAMP).LastWriteTimeUtc; $p=@(Join-Path $env:TANDEM_ROOT 'pom.xml'); foreach($m in $env:TANDEM_MODULES.Split(' ')){ $p+=(Join-Path $env:TANDEM_ROOT ($m+'\pom.xml')); $s=Join-Path $env:TANDEM_ROOT ($m+'\src\main'); if(Test-Path -LiteralPath $s){$p+=@($s)+@(Get-ChildItem -LiteralPath $s -Recurse | ForEach-Object FullName)} }; foreach($f in $p){ if((Get-Item -LiteralPath $f).LastWriteTimeUtc -gt $t){ exit 1 } }; exit 0"
exit /b %ERRORLEVEL%

rem Sets JAVA_FOUND to the home of a Java 17 or newer: JAVA_HOME, then PATH, then the usual places.
:find_java
set "JAVA_FOUND="
if defined JAVA_HOME call :try_java "%JAVA_HOME%"
if defined JAVA_FOUND exit /b 0
for /f "delims=" %%J in ('where java.exe 2^>nul') do call :try_java_exe "%%J"
if defined JAVA_FOUND exit /b 0
for %%P in ("%ProgramFiles%\Eclipse Adoptium" "%ProgramFiles%\Java" "%ProgramFiles%\Microsoft" "%ProgramFiles%\Zulu" "%ProgramFiles%\Amazon Corretto" "%USERPROFILE%\.jdks" "%USERPROFILE%\scoop\apps\temurin17-jdk") do (
  for /d %%D in ("%%~P\*") do call :try_java "%%~D"
)
exit /b 0

:try_java_exe
if defined JAVA_FOUND exit /b 0
for %%D in ("%~dp1..") do call :try_java "%%~fD"
exit /b 0

:try_java
if defined JAVA_FOUND exit /b 0
if not exist "%~1\bin\java.exe" exit /b 0
if not exist "%~1\release" exit /b 0
set "VERSION="
for /f "tokens=2 delims==" %%V in ('findstr /b "JAVA_VERSION=" "%~1\release"') do set "VERSION=%%~V"
if not defined VERSION exit /b 0
for /f "tokens=1 delims=.-+_" %%V in ("%VERSION%") do set "MAJOR=%%V"
if %MAJOR% GEQ 17 set "JAVA_FOUND=%~1"
exit /b 0

:find_maven
set "MAVEN="
if defined MAVEN_HOME if exist "%MAVEN_HOME%\bin\mvn.cmd" set "MAVEN=%MAVEN_HOME%\bin\mvn.cmd"
if defined MAVEN exit /b 0
for /f "delims=" %%M in ('where mvn.cmd 2^>nul') do if not defined MAVEN set "MAVEN=%%M"
exit /b 0

:no_java
echo tandem: found no JDK 17 or newer in JAVA_HOME, on PATH or in the usual places. 1>&2
goto :how_to_install

:no_maven
echo tandem: found no Maven (3.8 or newer) in MAVEN_HOME or on PATH; building Tandem needs it. 1>&2

:how_to_install
echo Install both with: 1>&2
echo   winget install EclipseAdoptium.Temurin.17.JDK 1>&2
echo   scoop install maven 1>&2
echo An installed JDK in another place is used when JAVA_HOME names its directory. 1>&2
exit /b 2
