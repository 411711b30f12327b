package lumen.core.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import lumen.core.session.SessionMachine.Action;
import lumen.core.session.SessionMachine.State;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SessionTest {
    private static final long SECOND = 1_000_000_000L;

    private static Map<String, String> query() {
        return new HashMap<>(Map.of("appid", "7", "localaudioplaymode", "1", "rikey", "00112233445566778899AABBccddeeff", "rikeyid", "-1",
            "mode", "2560x1440x120", "surroundaudioinfo", "4128774", "hdrmode", "1", "corever", "1", "gcmap", "3"));
    }

    @Test
    @DisplayName("A3.7 a launch is read with its signed rikeyid and its surround word")
    void launch() throws Exception {
        LaunchRequest request = LaunchRequest.parse(query(), false);
        assertEquals(-1, request.rikeyId());
        assertEquals((byte) 0xaa, request.key()[10]);
        assertEquals(2560, request.width());
        assertEquals(120_000, request.refreshMilliHertz());
        assertEquals(6, request.channels());
        assertEquals(0x3f, request.channelMask());
        assertTrue(request.hdr() && request.encryptedRtsp() && request.hostAudio());
        Map<String, String> fork = query();
        fork.put("mode", "1920x1080x59940");
        assertEquals(59_940, LaunchRequest.parse(fork, false).refreshMilliHertz());
        fork.put("mode", "1920x1080x59.94");
        assertEquals(59_940, LaunchRequest.parse(fork, false).refreshMilliHertz());
        fork.put("scalefactor", "150");
        fork.put("virtualdisplay", "1");
        assertEquals(7, LaunchRequest.parse(fork, false).appId(), "A11.1");
        Map<String, String> resume = query();
        resume.keySet().retainAll(Set.of("rikey", "rikeyid"));
        assertEquals(2, LaunchRequest.parse(resume, true).channels());
    }

    @Test
    @DisplayName("A6.6 tickets carry different random values, and expire")
    void ticket() throws Exception {
        LaunchRequest request = LaunchRequest.parse(query(), false);
        LaunchTicket ticket = LaunchTicket.issue(request, 7, "f", InetAddress.getLoopbackAddress(), false, new Random(1), 5);
        assertTrue(ticket.audioPing().matches("[0-9a-f]{16}") && ticket.videoPing().matches("[0-9a-f]{16}"));
        assertNotEquals(ticket.audioPing(), ticket.videoPing());
        assertArrayEquals(request.key(), ticket.key());
        assertFalse(ticket.expired(5 + LaunchTicket.LIFETIME_NANOS - 1));
        assertTrue(ticket.expired(5 + LaunchTicket.LIFETIME_NANOS));
        assertTrue(ticket.claimAnnounce());
        assertFalse(ticket.claimAnnounce(), "A8.10");
    }

    @Test
    @DisplayName("A9.1 no RTSP in ten seconds: the ticket goes, the app stays, resume works")
    void noRtsp() {
        SessionMachine machine = new SessionMachine(SessionMachine.Limits.STANDARD, 0);
        assertEquals(Action.NOTHING, machine.poll(10 * SECOND - 1));
        assertEquals(Action.DROP_TICKET, machine.poll(10 * SECOND));
        assertEquals(Action.NOTHING, machine.poll(1000 * SECOND));
        assertTrue(machine.busy());
        assertTrue(machine.resumed(1000 * SECOND));
        assertEquals(State.LAUNCHED, machine.state());
    }

    @Test
    @DisplayName("A9.2 RTSP without a control connection: the stream goes after ten seconds")
    void noControl() {
        SessionMachine machine = new SessionMachine(SessionMachine.Limits.STANDARD, 0);
        assertTrue(machine.announced(SECOND));
        assertFalse(machine.announced(SECOND), "one ANNOUNCE a ticket");
        assertEquals(Action.NOTHING, machine.poll(11 * SECOND - 1));
        assertEquals(Action.STOP_UNSTARTED_STREAM, machine.poll(11 * SECOND));
        assertFalse(machine.controlConnected(12 * SECOND));
        assertTrue(machine.busy());
    }

    @Test
    @DisplayName("a stream without pings stops ten seconds after ANNOUNCE")
    void noPings() {
        SessionMachine machine = new SessionMachine(SessionMachine.Limits.STANDARD, 0);
        machine.announced(0);
        machine.controlConnected(9 * SECOND);
        machine.audioPinged();
        assertEquals(Action.STOP_UNSTARTED_STREAM, machine.poll(10 * SECOND));
    }

    @Test
    @DisplayName("A9.5 a silent client's stream ends after ten seconds, the app lingers and is resumed")
    void silence() {
        SessionMachine machine = new SessionMachine(new SessionMachine.Limits(10 * SECOND, 10 * SECOND, 10 * SECOND, 60 * SECOND), 0);
        machine.announced(0);
        machine.controlConnected(SECOND);
        machine.audioPinged();
        machine.videoPinged();
        machine.controlHeard(20 * SECOND);
        assertEquals(Action.NOTHING, machine.poll(30 * SECOND - 1));
        assertTrue(machine.streaming());
        assertEquals(Action.STOP_SILENT_STREAM, machine.poll(30 * SECOND));
        assertEquals(State.LINGERING, machine.state());
        assertTrue(machine.resumed(40 * SECOND));
        machine.announced(41 * SECOND);
        machine.streamEnded(50 * SECOND);
        assertEquals(Action.NOTHING, machine.poll(110 * SECOND - 1));
        assertEquals(Action.END_APP, machine.poll(110 * SECOND));
        assertFalse(machine.busy());
        assertFalse(machine.resumed(120 * SECOND), "A3.12");
    }

    @Test
    @DisplayName("A9.6 cancel in each state ends everything, once")
    void cancel() {
        for (State state : State.values()) {
            SessionMachine machine = new SessionMachine(SessionMachine.Limits.STANDARD, 0);
            if (state.ordinal() >= State.STARTING.ordinal()) {
                machine.announced(0);
            }
            if (state.ordinal() >= State.RUNNING.ordinal()) {
                machine.controlConnected(0);
            }
            if (state.ordinal() >= State.LINGERING.ordinal()) {
                machine.streamEnded(0);
            }
            machine.ended(1);
            machine.ended(2);
            machine.streamEnded(3);
            assertEquals(State.ENDED, machine.state());
            assertEquals(Action.NOTHING, machine.poll(1000 * SECOND));
            assertFalse(machine.busy() || machine.announced(4) || machine.controlConnected(4) || machine.resumed(4));
        }
    }
}
