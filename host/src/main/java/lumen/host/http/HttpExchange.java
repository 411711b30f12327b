package lumen.host.http;

import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * One request, with what the connection knows about it.
 *
 * @param secure whether it came over TLS
 * @param caller the paired client whose certificate TLS showed
 * @param local the address it arrived on
 * @param closed completes when the connection is gone
 */
record HttpExchange(QueryString query, boolean secure, Optional<Caller> caller, InetAddress local, InetAddress remote,
    CompletionStage<Void> closed) {
}
