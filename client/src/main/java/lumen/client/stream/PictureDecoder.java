package lumen.client.stream;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Consumer;
import lumen.client.media.DecodedPicture;
import lumen.client.media.H264Decoder;
import lumen.client.media.PngWriter;
import lumen.client.verify.CardVerifier;

/**
 * The thread that decodes: takes frames from the queue until it ends, shows each picture to the verifier,
 * and writes the dumps. Figures may be read by any thread once it has ended.
 */
final class PictureDecoder implements AutoCloseable {
    private final AccessUnitQueue queue;
    private final H264Decoder decoder;
    private final Optional<CardVerifier> verifier;
    private final Optional<Path> dumpPicture;
    private final Optional<FileChannel> dumpVideo;
    private final Runnable onFirst;
    private final Thread thread;
    private final Spread completeToDecoded = new Spread();
    private volatile long firstNanos;
    private volatile long decoded;
    private long failed;
    private long corrupt;

    /**
     * @param decoder   used by this thread alone, closed by its owner
     * @param onFirst   called when the first picture is there
     * @param onFailure told if the thread ends by an exception
     */
    PictureDecoder(AccessUnitQueue queue, H264Decoder decoder, Optional<CardVerifier> verifier,
                   Optional<Path> dumpPicture, Optional<Path> dumpVideo, Runnable onFirst,
                   Consumer<Throwable> onFailure)
            throws IOException {
        this.queue = queue;
        this.decoder = decoder;
        this.verifier = verifier;
        this.dumpPicture = dumpPicture;
        this.onFirst = onFirst;
        this.dumpVideo = dumpVideo.isEmpty() ? Optional.empty() : Optional.of(FileChannel.open(dumpVideo.get(),
                StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE));
        thread = Thread.ofPlatform().name("lumen-client-decode").unstarted(() -> {
            try {
                run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (IOException | RuntimeException e) {
                onFailure.accept(e);
            }
        });
    }

    void start() {
        thread.start();
    }

    private void run() throws IOException, InterruptedException {
        DecodedPicture last = null;
        for (AccessUnitQueue.Entry entry = queue.take(); entry != null; entry = queue.take()) {
            if (dumpVideo.isPresent()) {
                ByteBuffer bytes = entry.accessUnit().asByteBuffer();
                while (bytes.hasRemaining()) {
                    dumpVideo.get().write(bytes);
                }
            }
            DecodedPicture picture = decoder.decode(entry.accessUnit());
            if (picture == null) {
                failed++;
                continue;
            }
            long now = System.nanoTime();
            if (firstNanos == 0) {
                firstNanos = now;
                onFirst.run();
            }
            decoded++;
            last = picture;
            completeToDecoded.record(now - entry.completeNanos);
            if (picture.corrupt()) {
                corrupt++;
            }
            if (verifier.isPresent()) {
                // Comparing whole pictures is a luxury for when nothing waits to be decoded.
                verifier.get().picture(picture, entry.frameIndex, now, queue.isEmpty());
            }
        }
        if (last != null && dumpPicture.isPresent()) {
            PngWriter.write(last, dumpPicture.get());
        }
    }

    /** Waits until everything in the queue is decoded; the queue has been ended. */
    void await() throws InterruptedException {
        if (thread.getState() != Thread.State.NEW) {
            thread.join();
        }
    }

    /** When the first picture was there; 0 if there is none. Any thread. */
    long firstPictureNanos() {
        return firstNanos;
    }

    /** Pictures so far. Any thread. */
    long decoded() {
        return decoded;
    }

    /** Frames without a picture. */
    long failed() {
        return failed;
    }

    /** Pictures with parts that the decoder had to guess. */
    long corrupt() {
        return corrupt;
    }

    Spread completeToDecoded() {
        return completeToDecoded;
    }

    @Override
    public void close() {
        if (dumpVideo.isPresent()) {
            try {
                dumpVideo.get().close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
