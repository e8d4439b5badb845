# Sourced by the scripts: sets JAVA_HOME to a JDK of version 21 or newer.
# The JDK: JAVA_HOME if it is one, else the newest that is installed in the usual places, else an error that says what
# to do.

jdk_needed=21

# Major version of the JDK in a folder, nothing if there is none. Its release file tells, no JVM is started.
jdk_version() {
    [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

choose_jdk() {
    local version found='' newest=0 candidate
    version=$(jdk_version "${JAVA_HOME:-/nowhere}")
    if [ "${version:-0}" -ge "$jdk_needed" ]; then
        export JAVA_HOME
        return
    fi
    for candidate in /usr/lib/jvm/* /opt/java/* /opt/jdk* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home; do
        version=$(jdk_version "$candidate")
        if [ "${version:-0}" -ge "$jdk_needed" ] && [ "$version" -gt "$newest" ]; then
            newest=$version
            found=$candidate
        fi
    done
    if [ -z "$found" ]; then
        echo "Hapax needs a JDK of version $jdk_needed or newer and found none (JAVA_HOME=${JAVA_HOME:-not set})." >&2
        echo "Install one, for example Eclipse Temurin from https://adoptium.net, and set JAVA_HOME to its folder." >&2
        exit 2
    fi
    export JAVA_HOME=$found
}

choose_jdk
