package io.hapax.tools.console;

import com.zaxxer.hikari.HikariDataSource;
import io.hapax.serde.AvroFormat;
import io.hapax.tools.cli.ClusterOptions;
import io.hapax.tools.cli.DatabaseOptions;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The cluster, the registry and the database. Each is asked for only when a page needs it, and may be away. */
final class Parts implements AutoCloseable {
    private final ClusterOptions cluster;
    private final DatabaseOptions database;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable AvroFormat format;
    private @Nullable HikariDataSource pool;

    Parts(ClusterOptions cluster, DatabaseOptions database) {
        this.cluster = cluster;
        this.database = database;
    }

    Map<String, Object> kafka() {
        return cluster.client();
    }

    /** The format. A registry that answered once is not asked again. */
    AvroFormat format() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            AvroFormat known = format;
            if (known == null) {
                known = cluster.format();
                format = known;
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    HikariDataSource books() throws SQLException, InterruptedException {
        lock.lockInterruptibly();
        try {
            HikariDataSource known = pool;
            if (known == null) {
                known = database.pool();
                pool = known;
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        if (pool != null) {
            pool.close();
        }
    }
}
