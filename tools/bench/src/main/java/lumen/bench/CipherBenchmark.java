package lumen.bench;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import lumen.core.crypto.AesGcm;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** AES-128-GCM over one packet of 1400 bytes. */
@State(Scope.Thread)
public class CipherBenchmark {
    private static final int LENGTH = 1400;
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final AesGcm sealer = new AesGcm(new byte[16]);
    private final AesGcm opener = new AesGcm(new byte[16]);
    private final byte[] iv = new byte[12];
    private final byte[] fixed = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    private final byte[] plain = new byte[LENGTH];
    private final byte[] sealed = new byte[AesGcm.TAG_LENGTH + LENGTH];
    private final byte[] received = new byte[AesGcm.TAG_LENGTH + LENGTH];
    private final byte[] opened = new byte[LENGTH];
    private long counter;

    @Setup
    public void receive() {
        new AesGcm(new byte[16]).seal(fixed, plain, 0, LENGTH, received, 0, AesGcm.TAG_LENGTH);
    }

    @Benchmark
    public void seal() {
        LONG.set(iv, 0, counter++);
        sealer.seal(iv, plain, 0, LENGTH, sealed, 0, AesGcm.TAG_LENGTH);
    }

    @Benchmark
    public void open() {
        if (!opener.open(fixed, received, 0, AesGcm.TAG_LENGTH, LENGTH, opened, 0)) {
            throw new IllegalStateException("the tag is wrong");
        }
    }
}
