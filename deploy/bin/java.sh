# Sourced by the scripts beside it: chooses a Java and runs a program of this archive in place of the script.

java_needed=21

# Major version of the Java that a program is.
java_version() {
    "$1" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -n 1
}

# JAVA_HOME's Java if it is new enough, else that on the PATH, else an error that says what to install.
choose_java() {
    local candidate version
    for candidate in "${JAVA_HOME:+$JAVA_HOME/bin/java}" "$(command -v java || true)"; do
        if [ -n "$candidate" ] && [ -x "$candidate" ]; then
            version=$(java_version "$candidate")
            if [ "${version:-0}" -ge "$java_needed" ]; then
                java=$candidate
                return
            fi
        fi
    done
    echo "${0##*/} needs Java $java_needed or newer; found none in JAVA_HOME (${JAVA_HOME:-not set}) and on the PATH" >&2
    exit 2
}

# What the script was called with, for the program.
arguments=("$@")

# run_app MAIN-CLASS JVM-OPTION...: HAPAX_JAVA_OPTIONS come last and win.
run_app() {
    local main=$1
    shift
    choose_java
    # Pauses of some tens of milliseconds are far below every time-out of the apps. ZGC's would be shorter, at the price of
    # throughput and memory. Named, since on a small machine the JVM would choose the serial collector; and not beside
    # another collector that the operator chose, with which no JVM starts.
    local collector=-XX:+UseG1GC
    if [[ ${HAPAX_JAVA_OPTIONS:-} =~ -XX:\+Use[A-Za-z]+GC ]]; then
        collector=''
    fi
    # An app that lost a thread for want of memory is worse than none: another instance takes over. RocksDB and compression are native.
    # shellcheck disable=SC2086 # Options, one by one.
    exec "$java" "$@" $collector -XX:+ExitOnOutOfMemoryError --enable-native-access=ALL-UNNAMED ${HAPAX_JAVA_OPTIONS:-} \
        -cp "$home/lib/*" "$main" ${arguments[@]+"${arguments[@]}"}
}
