package lumen.spi;

import java.nio.file.Path;
import java.util.Optional;

/** What the host tells its backends about the world. Thread-safe; lives as long as the host. */
public interface HostContext {

    /** An environment variable, or a setting of {@code lumen.conf} that stands for one. */
    Optional<String> variable(String name);

    /** A private folder (mode 0700) for sockets and other things that die with the host. */
    Path runtimeDirectory();

    /** Where changes that outlive a killed host are written down before they are made. */
    Journal journal();

    /** Small things to know again at the next start, such as a portal's restore token. */
    Notes notes();
}
