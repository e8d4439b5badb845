package io.hapax.tools.console;

import io.hapax.tools.cli.PlainFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of the console's TLS. */
final class TlsOptions {
    @Option(
            names = "--key-store",
            paramLabel = "FILE",
            description = "Key store (PKCS12 or JKS) with the console's certificate. With it the console speaks TLS"
                    + " only.")
    private @Nullable Path keyStore;

    @Option(
            names = "--key-store-password",
            paramLabel = "PASSWORD",
            interactive = true,
            arity = "0..1",
            defaultValue = "${env:HAPAX_CONSOLE_KEY_STORE_PASSWORD}",
            description = "Password of the key store. Default: the environment variable"
                    + " HAPAX_CONSOLE_KEY_STORE_PASSWORD.")
    private @Nullable String password;

    /** Null: no key store was given. */
    SslContextFactory.@Nullable Server server() {
        if (keyStore == null) {
            return null;
        }
        if (!Files.isReadable(keyStore)) {
            throw new PlainFailure("--key-store " + keyStore + ": there is no such file, or it can't be read");
        }
        SslContextFactory.Server server = new SslContextFactory.Server();
        server.setKeyStorePath(keyStore.toString());
        server.setKeyStorePassword(password == null ? "" : password);
        server.setIncludeProtocols("TLSv1.2", "TLSv1.3");
        return server;
    }
}
