package lumen.client.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.function.IntToLongFunction;
import lumen.card.Tone;
import lumen.client.media.OpusDecoder;
import lumen.core.audio.OpusConfiguration;
import org.junit.jupiter.api.Test;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.util.opus.Opus;
import org.lwjgl.util.opus.OpusMultistream;

class ToneVerifierTest {
    private static final int FRAMES = 240;
    private static final int BYTES = 60;

    /** Encodes and decodes the tone; {@code index} says which sample each packet begins with. */
    private static ToneVerifier listen(int packets, Set<Integer> lost, int swap, IntToLongFunction index) {
        ToneVerifier verifier = new ToneVerifier(2);
        ByteBuffer mapping = MemoryUtil.memAlloc(2).put(0, (byte) 0).put(1, (byte) 1);
        var errors = MemoryUtil.memAllocInt(1);
        long encoder = OpusMultistream.opus_multistream_encoder_create(48_000, 1, 1, mapping,
                Opus.OPUS_APPLICATION_RESTRICTED_LOWDELAY, errors);
        assertEquals(Opus.OPUS_OK, errors.get(0));
        OpusMultistream.opus_multistream_encoder_ctl(encoder, Opus.OPUS_SET_VBR(0));
        OpusMultistream.opus_multistream_encoder_ctl(encoder, Opus.OPUS_SET_BITRATE(BYTES * 8 * 200));
        try (Arena arena = Arena.ofConfined(); OpusDecoder decoder = new OpusDecoder(OpusConfiguration.STEREO, 5)) {
            MemorySegment pcm = arena.allocate(FRAMES * 2 * 4L, 16);
            MemorySegment opus = arena.allocate(400);
            for (int p = 0; p < packets; p++) {
                for (int i = 0; i < FRAMES; i++) {
                    for (int c = 0; c < 2; c++) {
                        pcm.setAtIndex(java.lang.foreign.ValueLayout.JAVA_FLOAT, 2L * i + c,
                                Tone.sample(c ^ swap, index.applyAsLong(p) + i));
                    }
                }
                int length = OpusMultistream.nopus_multistream_encode_float(encoder, pcm.address(), FRAMES,
                        opus.address(), 400);
                assertEquals(BYTES, length);
                boolean gone = lost.contains(p);
                int decoded = gone ? decoder.conceal() : decoder.decode(opus.asSlice(0, length));
                assertEquals(FRAMES, decoded);
                verifier.samples(decoder.samples(), decoded, 2, gone);
            }
        } finally {
            OpusMultistream.opus_multistream_encoder_destroy(encoder);
            MemoryUtil.memFree(mapping);
            MemoryUtil.memFree(errors);
        }
        return verifier;
    }

    private static long continuous(int packet) {
        return 12_345L + (long) FRAMES * packet;
    }

    @Test
    void shouldBeContentWithTheToneThroughOpus() {
        ToneVerifier verifier = listen(660, Set.of(), 0, ToneVerifierTest::continuous);
        assertEquals(List.of(), verifier.failures());
        assertEquals(0, verifier.explained());
        assertTrue(verifier.frequencyError() < 0.1, "frequency off by " + verifier.frequencyError());
        assertTrue(verifier.phaseError() < 0.1, "phase off by " + verifier.phaseError());
    }

    @Test
    void shouldExplainBreaksByLostPackets() {
        ToneVerifier verifier = listen(660, Set.of(100, 101, 102, 103, 300, 301, 302, 303), 0,
                ToneVerifierTest::continuous);
        assertEquals(List.of(), verifier.failures());
        assertTrue(verifier.explained() > 0);
    }

    @Test
    void shouldNoticeASkippedPacketThatWasNotLost() {
        ToneVerifier verifier = listen(660, Set.of(), 0, p -> continuous(p < 333 ? p : p + 1));
        assertTrue(verifier.unexplained() > 0);
        assertFalse(verifier.failures().isEmpty());
    }

    @Test
    void shouldNoticeSwappedChannels() {
        assertTrue(listen(440, Set.of(), 1, ToneVerifierTest::continuous).failures().toString()
                .contains("another one's tone"));
    }

    @Test
    void shouldNoticeSilence() {
        ToneVerifier verifier = new ToneVerifier(2);
        for (int i = 0; i < 300; i++) {
            verifier.samples(new float[480], 240, 2, false);
        }
        assertFalse(verifier.failures().isEmpty());
        assertEquals(List.of("less than a second of undisturbed sound"), new ToneVerifier(2).failures());
    }
}
