package lumen.host.media;

import java.util.List;
import java.util.function.Consumer;
import lumen.spi.CapturedFrame;
import lumen.spi.CursorState;
import lumen.spi.FrameKind;
import lumen.spi.ImportOffer;
import lumen.spi.ImportRequest;
import lumen.spi.ImportedFrame;

/**
 * The picture on the client's screen: imported once, drawn again when the pointer moves, and kept so that a new encoder
 * can begin with it on a still screen. Video thread only.
 */
final class HeldPicture implements AutoCloseable {
    private final ImporterChain importers;
    private final Consumer<List<ImportOffer>> offer;
    private ImportRequest wish;
    private CapturedFrame frame;
    private ImportedFrame picture;
    private long drawnCursor;
    private long failures;

    /** @param offer tells the capture what the importers take from now on */
    HeldPicture(ImporterChain importers, ImportRequest wish, Consumer<List<ImportOffer>> offer) {
        this.importers = importers;
        this.wish = wish;
        this.offer = offer;
    }

    /** Opens the importers and offers what they take; what is held is let go. */
    void open(List<FrameKind> kinds) {
        letGo();
        letGoOfPicture();
        wish = new ImportRequest(wish.mode(), wish.renderDevice(), kinds, wish.bitDepth(), wish.steps());
        importers.open(wish);
        offer.accept(importers.offers());
    }

    /** The picture, or {@code null}. */
    ImportedFrame picture() {
        return picture;
    }

    /**
     * Takes a new frame in place of the one held, and gives its buffer back as soon as the picture doesn't need it.
     *
     * @return false if no importer that is left takes it; the others have been offered to the compositor then
     */
    boolean take(CapturedFrame next, CursorState cursor) {
        letGo();
        letGoOfPicture();
        frame = next;
        return hold(importers.importFrame(next, cursor), cursor);
    }

    /** True if the pointer has changed since the picture was drawn. */
    boolean stale(CursorState cursor) {
        return picture != null && cursor.serial() != 0 && cursor.serial() != drawnCursor;
    }

    /** Draws the pointer where it is now; false as in {@link #take}. */
    boolean redraw(CursorState cursor) {
        letGoOfPicture();
        ImportedFrame drawn = importers.redraw(cursor);
        return hold(drawn == null && frame != null ? importers.importFrame(frame, cursor) : drawn, cursor);
    }

    private boolean hold(ImportedFrame imported, CursorState cursor) {
        picture = imported;
        drawnCursor = cursor.serial();
        if (imported == null || imported.detached()) {
            letGoOfFrame();
        }
        // A buffer that nobody takes may come from what was agreed on before an importer failed.
        if (imported == null || importers.failures() != failures) {
            failures = importers.failures();
            offer.accept(importers.offers());
        }
        return picture != null;
    }

    /** Lets go of everything that belongs to the capture, which is about to end. */
    void letGo() {
        if (picture != null && !picture.detached()) {
            letGoOfPicture();
        }
        letGoOfFrame();
    }

    private void letGoOfPicture() {
        if (picture != null) {
            ImportedFrame gone = picture;
            picture = null;
            gone.release();
        }
    }

    private void letGoOfFrame() {
        if (frame != null) {
            CapturedFrame gone = frame;
            frame = null;
            gone.release();
        }
    }

    @Override
    public void close() {
        letGo();
        letGoOfPicture();
        importers.close();
    }
}
