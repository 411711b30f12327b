package lumen.client.http;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import lumen.client.ClientException;
import lumen.client.HostAddress;
import lumen.client.identity.ClientIdentity;

/**
 * Calls one host's HTTP interface and, once its certificate is known, its HTTPS interface. Every failure
 * comes out as a {@link ClientException} that names the request. Any thread; {@link #close()} ends it.
 */
public final class HostApi implements AutoCloseable {
    /** The id most clients send; the certificate is the identity, not this. */
    private static final String UNIQUE_ID = "0123456789ABCDEF";
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration QUICK = Duration.ofSeconds(7);
    /** A person types the PIN meanwhile, or an application starts. */
    private static final Duration PATIENT = Duration.ofSeconds(120);

    private final HostAddress address;
    private final ClientIdentity identity;
    private final HttpClient plain = builder().build();
    private HttpClient pinned;
    private int httpsPort;

    public HostApi(HostAddress address, ClientIdentity identity) {
        this.address = address;
        this.identity = identity;
    }

    private static HttpClient.Builder builder() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT)
                .followRedirects(HttpClient.Redirect.NEVER);
    }

    /**
     * From now on HTTPS requests are possible, to a host that shows exactly this certificate.
     *
     * @param port the host's {@code HttpsPort}
     */
    public void pin(X509Certificate certificate, int port) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {new IdentityKey(identity)}, new TrustManager[] {new PinnedTrust(certificate)},
                    null);
            if (pinned != null) {
                pinned.close();
            }
            pinned = builder().sslContext(context).build();
            httpsPort = port;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has TLS", e);
        }
    }

    /** {@code /serverinfo} over HTTP: no pairing needed, {@code paired} is always false. */
    public ServerInfo serverInfo() {
        return read("server-info", () -> ServerInfo.of(get("server-info", false, "serverinfo", Map.of(), QUICK)));
    }

    /** {@code /serverinfo} over HTTPS; status 401 if the host doesn't know the client's certificate. */
    public ServerInfo pairedServerInfo() {
        return read("server-info", () -> ServerInfo.of(get("server-info", true, "serverinfo", Map.of(), QUICK)));
    }

    public List<App> apps() {
        return read("app-list", () -> App.listOf(get("app-list", true, "applist", Map.of(), QUICK)));
    }

    /** One of the pairing phases over HTTP; the first waits for the PIN. */
    public HostDocument pairPhase(Map<String, String> parameters, boolean waitsForPin) {
        return get("pair", false, "pair", parameters, waitsForPin ? PATIENT : QUICK);
    }

    /** The last pairing phase: shows over HTTPS that both sides know each other. */
    public HostDocument pairChallenge() {
        return get("pair", true, "pair", Map.of("devicename", "roth", "updateState", "1", "phrase", "pairchallenge"),
                QUICK);
    }

    /** Tells the host that a pairing has failed here. */
    public void abortPairing() {
        get("unpair", false, "unpair", Map.of(), QUICK);
    }

    /** Starts an application. */
    public LaunchAnswer launch(LaunchRequest request) {
        return read("launch", () -> LaunchAnswer.of(get("launch", true, "launch", request.parameters(), PATIENT),
                "gamesession"));
    }

    /** Goes back to the application that runs. */
    public LaunchAnswer resume(LaunchRequest request) {
        return read("resume", () -> LaunchAnswer.of(get("resume", true, "resume", request.parameters(), PATIENT),
                "resume"));
    }

    /** Ends the application that runs, if any. */
    public void cancel() {
        read("cancel", () -> {
            String done = get("cancel", true, "cancel", Map.of(), PATIENT).required("cancel");
            if (done.equals("0")) {
                throw new MalformedAnswerException("the host did not end the application");
            }
            return done;
        });
    }

    private interface Reading<T> {
        T read();
    }

    private <T> T read(String stage, Reading<T> reading) {
        try {
            return reading.read();
        } catch (MalformedAnswerException e) {
            throw new ClientException(stage, e.getMessage(), e);
        }
    }

    private HostDocument get(String stage, boolean https, String path, Map<String, String> parameters, Duration limit) {
        if (https && pinned == null) {
            throw new ClientException(stage, "not paired with " + address);
        }
        Map<String, String> query = new LinkedHashMap<>();
        query.put("uniqueid", UNIQUE_ID);
        query.put("uuid", UUID.randomUUID().toString().replace("-", ""));
        query.putAll(parameters);
        StringBuilder url = new StringBuilder(https ? "https://" : "http://").append(address.urlHost()).append(':')
                .append(https ? httpsPort : address.port()).append('/').append(path);
        char separator = '?';
        for (Map.Entry<String, String> parameter : query.entrySet()) {
            url.append(separator).append(parameter.getKey()).append('=')
                    .append(URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8));
            separator = '&';
        }
        HostDocument document = exchange(stage, https ? pinned : plain,
                HttpRequest.newBuilder(URI.create(url.toString())).GET().build(), limit);
        if (document.statusCode() != 200) {
            throw new ClientException(stage, "the host answered " + Integer.toUnsignedString(document.statusCode())
                    + (document.statusMessage().isEmpty() ? "" : " (" + document.statusMessage() + ")"),
                    document.statusCode(), null);
        }
        return document;
    }

    /** Sends and reads within the limit, so that a host that dribbles can't hold the client up. */
    private HostDocument exchange(String stage, HttpClient client, HttpRequest request, Duration limit) {
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(request,
                HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), HostDocument.MAX_BYTES));
        try {
            HttpResponse<byte[]> response = answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() != 200) {
                throw new ClientException(stage, "HTTP status " + response.statusCode(), response.statusCode(), null);
            }
            return HostDocument.parse(response.body());
        } catch (ExecutionException e) {
            throw new ClientException(stage, address + ": " + reason(e.getCause()), e.getCause());
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new ClientException(stage, address + ": no answer within " + limit.toSeconds() + " s", e);
        } catch (MalformedAnswerException e) {
            throw new ClientException(stage, e.getMessage(), e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new ClientException(stage, "interrupted", e);
        }
    }

    private static String reason(Throwable e) {
        String message = e.getMessage();
        Throwable cause = e.getCause();
        if (message == null && cause != null) {
            message = cause.getMessage();
        }
        return e.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }

    @Override
    public void close() {
        plain.close();
        if (pinned != null) {
            pinned.close();
        }
    }
}
