package lumen.host.session;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import lumen.host.admin.AdminReply;
import lumen.host.admin.AdminRequest;
import lumen.host.http.HttpCounters;
import lumen.host.identity.ClientStore;
import lumen.host.identity.PairedClient;
import lumen.host.pairing.PairingDesk;
import lumen.host.pairing.PairingResult;
import lumen.host.pairing.PendingPairing;
import lumen.host.pairing.PinOutcome;
import lumen.host.rtsp.RtspCounters;

/** What the control socket can be asked: {@code pair}, {@code clients}, {@code remove}, {@code sessions}. */
final class AdminCommands implements Function<AdminRequest, AdminReply> {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(ZoneId.systemDefault());
    private static final int SHORT_FINGERPRINT = 12;

    private final PairingDesk desk;
    private final ClientStore clients;
    private final SessionDirectory sessions;
    private final HttpCounters http;
    private final RtspCounters rtsp;

    AdminCommands(PairingDesk desk, ClientStore clients, SessionDirectory sessions, HttpCounters http, RtspCounters rtsp) {
        this.http = http;
        this.rtsp = rtsp;
        this.desk = desk;
        this.clients = clients;
        this.sessions = sessions;
    }

    @Override
    public AdminReply apply(AdminRequest request) {
        List<String> arguments = request.arguments();
        return switch (request.command()) {
            case "pair" -> arguments.size() == 1 ? pair(arguments.getFirst()) : AdminReply.failed("pair takes one PIN");
            case "clients" -> list();
            case "remove" -> arguments.size() == 1 ? remove(arguments.getFirst()) : AdminReply.failed("remove takes one client");
            case "sessions" -> AdminReply.ok(json());
            default -> AdminReply.failed("unknown request " + request.command());
        };
    }

    private AdminReply pair(String pin) {
        return switch (desk.submit(pin)) {
            case PinOutcome.Malformed() -> AdminReply.failed(PinOutcome.Malformed.WORDS);
            case PinOutcome.NonePending() -> AdminReply.failed(PinOutcome.NonePending.WORDS);
            case PinOutcome.Accepted(PendingPairing pending, var result) -> switch (result.toCompletableFuture().join()) {
                case PAIRED -> AdminReply.ok(pending.deviceName() + " at " + pending.address().getHostAddress() + " is paired");
                default -> AdminReply.failed(PairingResult.NOT_PAIRED);
            };
        };
    }

    private AdminReply list() {
        List<String> lines = new ArrayList<>();
        for (PairedClient client : clients.list()) {
            lines.add(client.fingerprint().substring(0, SHORT_FINGERPRINT) + "  " + DATE.format(client.pairedAt()) + "  " + client.name());
        }
        return new AdminReply(true, lines.isEmpty() ? List.of("no client is paired") : lines);
    }

    private AdminReply remove(String which) {
        List<PairedClient> matches = clients.list().stream()
                .filter(c -> c.name().equals(which) || which.length() >= 4 && c.fingerprint().startsWith(which)).toList();
        if (matches.isEmpty()) {
            return AdminReply.failed("no paired client is called " + which + "; see: lumen clients list");
        }
        if (matches.size() > 1) {
            return AdminReply.failed(matches.size() + " clients are called " + which + "; give the start of a fingerprint instead");
        }
        clients.remove(matches.getFirst().fingerprint());
        return AdminReply.ok("removed " + matches.getFirst().name());
    }

    private String json() {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("sessions", sessions.report());
        report.put("threads", SessionThreads.allocatedBytes());
        report.put("http", Map.of("malformed", http.malformed(), "timed-out", http.timedOut(), "broken", http.broken()));
        report.put("rtsp", Map.of("no-ticket", rtsp.noTicket(), "wrong-key", rtsp.wrongKey(), "replayed", rtsp.replayed(),
                "plain-on-encrypted", rtsp.plainOnEncrypted(), "malformed", rtsp.malformed(), "timed-out", rtsp.timedOut(),
                "broken", rtsp.broken()));
        try {
            return JSON.std.asString(report);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
