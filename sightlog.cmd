@echo off
rem Starts Sightlog, and builds it first when there is no jar.
rem
rem   JAVA_HOME      the Java to use, 17 or newer; else the one on the PATH
rem   SIGHTLOG_OPTS  more options for the JVM
setlocal
set "HOME_DIR=%~dp0"
set "JAR=%HOME_DIR%target\sightlog.jar"

set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java.exe"
if defined JAVA_HOME if not exist "%JAVA%" (
  echo sightlog: JAVA_HOME is %JAVA_HOME%, which has no bin\java.exe: set it to a JDK, 17 or newer>&2
  exit /b 1
)
if not defined JAVA_HOME for %%J in (java.exe) do set "JAVA=%%~$PATH:J"
if not defined JAVA (
  echo sightlog: there is no java on the PATH: install JDK 17 or newer, or set JAVA_HOME>&2
  exit /b 1
)

rem Java says its version in a file beside it; asking it would cost a start of the JVM.
for %%J in ("%JAVA%") do set "RELEASE=%%~dpJ..\release"
set "VERSION="
if exist "%RELEASE%" for /f "usebackq tokens=2 delims==" %%V in (`findstr /b "JAVA_VERSION=" "%RELEASE%"`) do set "VERSION=%%~V"
if not defined VERSION for /f "tokens=3" %%V in ('""%JAVA%" -version 2^>^&1 ^| findstr /c:" version ""') do set "VERSION=%%~V"
set "FEATURE=0"
for /f "tokens=1 delims=.-+_" %%V in ("%VERSION%") do set "FEATURE=%%V"
if %FEATURE% LSS 17 (
  echo sightlog: %JAVA% is Java %VERSION%: 17 or newer is needed, set JAVA_HOME>&2
  exit /b 1
)

if not exist "%JAR%" (
  echo sightlog: building, once; the first time Maven downloads about 300 MB>&2
  pushd "%HOME_DIR%"
  call mvn -q -B -Dmaven.test.skip=true -Dspotless.apply.skip=true package 1>&2 <nul
  popd
)
if not exist "%JAR%" (
  echo sightlog: the build failed, see above; to try it by hand: mvn package>&2
  exit /b 1
)

set "UNSAFE="
if %FEATURE% GEQ 23 set "UNSAFE=--sun-misc-unsafe-memory-access=allow"
"%JAVA%" %UNSAFE% -XX:-UsePerfData %SIGHTLOG_OPTS% -jar "%JAR%" %*
exit /b %ERRORLEVEL%
