package lumen.core.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Map;
import lumen.core.Vectors;
import org.junit.jupiter.api.Test;

class CipherTest {
    private final Map<String, Object> vectors = Vectors.load("crypto-vectors.json");
    private final byte[] key = Vectors.hex(vectors.get("key"));

    @Test
    void shouldSealAndOpenEveryGcmVector() {
        for (String name : new String[] {"ctlV2clientIdr", "ctlV2clientPing", "ctlV2hostTerm", "ctlV2hostRumble",
            "ctlV1clientIdr", "ctlV1hostTerm", "ctlV2clientKeyDownA"}) {
            Map<String, Object> v = Vectors.object(vectors, name);
            gcm(Vectors.hex(v.get("iv")), Vectors.hex(v.get("inner")), Vectors.hex(v.get("tag")), Vectors.hex(v.get("ciphertext")));
        }
        Map<String, Object> video = Vectors.object(vectors, "video");
        gcm(Vectors.hex(video.get("iv")), Vectors.hex(video.get("shard")), Vectors.hex(video.get("tag")), Vectors.hex(video.get("ciphertext")));
    }

    private void gcm(byte[] iv, byte[] plain, byte[] tag, byte[] cipher) {
        byte[] packet = new byte[16 + plain.length];
        System.arraycopy(plain, 0, packet, 16, plain.length);
        new AesGcm(key).seal(iv, packet, 16, plain.length, packet, 0, 16);
        assertArrayEquals(tag, Arrays.copyOf(packet, 16));
        assertArrayEquals(cipher, Arrays.copyOfRange(packet, 16, packet.length));
        byte[] opened = new byte[plain.length];
        assertTrue(new AesGcm(key).open(iv, packet, 0, 16, plain.length, opened, 0));
        assertArrayEquals(plain, opened);
    }

    @Test
    void shouldLeaveTheOutputAloneWhenTheTagIsWrong() {
        byte[] packet = new byte[16 + 20];
        byte[] iv = new byte[12];
        new AesGcm(key).seal(iv, new byte[20], 0, 20, packet, 0, 16);
        packet[3] ^= 1;
        byte[] out = new byte[20];
        Arrays.fill(out, (byte) 7);
        assertFalse(new AesGcm(key).open(iv, packet, 0, 16, 20, out, 0));
        for (byte b : out) {
            assertEquals(7, b);
        }
    }

    @Test
    void shouldSealAndOpenTheAudioVectors() {
        for (String name : new String[] {"audio", "audioAligned"}) {
            Map<String, Object> v = Vectors.object(vectors, name);
            byte[] plain = Vectors.hex(v.get("plaintext"));
            byte[] cipher = Vectors.hex(v.get("ciphertext"));
            byte[] iv = Vectors.hex(v.get("iv"));
            byte[] out = new byte[AesCbc.sealedLength(plain.length)];
            assertEquals(cipher.length, new AesCbc(key).seal(iv, plain, 0, plain.length, out, 0));
            assertArrayEquals(cipher, out);
            byte[] back = new byte[out.length];
            assertEquals(plain.length, new AesCbc(key).open(iv, out, 0, out.length, back, 0));
            assertArrayEquals(plain, Arrays.copyOf(back, plain.length));
        }
    }

    @Test
    void shouldRefuseCiphertextThatIsNoWholeNumberOfBlocks() {
        assertEquals(-1, new AesCbc(key).open(new byte[16], new byte[17], 0, 17, new byte[32], 0));
        assertEquals(-1, new AesCbc(key).open(new byte[16], new byte[0], 0, 0, new byte[32], 0));
    }
}
