package lumen.host.media;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import lumen.spi.BufferSlot;
import lumen.spi.DisplayMode;
import lumen.spi.FrameImporter;
import lumen.spi.FrameImporterProvider;
import lumen.spi.ImportOffer;

/**
 * A session's importers, best first, all of them open: what the compositor and they agree on selects the
 * one for a frame. Video thread only.
 */
final class ImporterChain implements AutoCloseable {
    private static final Logger LOG = System.getLogger("lumen.media");

    private record Open(String id, FrameImporter importer, List<ImportOffer> offers) {
    }

    private final String session;
    private final List<Open> open = new ArrayList<>();
    private String lastFailure = "no importer is installed";

    ImporterChain(String session) {
        this.session = session;
    }

    void open(List<FrameImporterProvider> candidates, DisplayMode mode) {
        for (FrameImporterProvider candidate : candidates) {
            try {
                FrameImporter importer = candidate.open(mode);
                open.add(new Open(candidate.id(), importer, List.copyOf(importer.offers())));
            } catch (RuntimeException | LinkageError e) {
                failed(candidate.id(), e);
            }
        }
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    String lastFailure() {
        return lastFailure;
    }

    /** What all of them take, best first. */
    List<ImportOffer> offers() {
        return open.stream().flatMap(o -> o.offers().stream()).distinct().toList();
    }

    /** The importer for a frame's buffer, or {@code null}. Allocates nothing. */
    FrameImporter select(BufferSlot slot) {
        boolean dmabuf = slot instanceof BufferSlot.Dmabuf;
        long modifier = slot instanceof BufferSlot.Dmabuf d ? d.modifier() : 0;
        for (int i = 0; i < open.size(); i++) {
            List<ImportOffer> offers = open.get(i).offers();
            for (int j = 0; j < offers.size(); j++) {
                ImportOffer o = offers.get(j);
                if (o.format() == slot.format() && o.modifier() == modifier
                        && dmabuf == (o.transport() == ImportOffer.Transport.DMABUF)) {
                    return open.get(i).importer();
                }
            }
        }
        return null;
    }

    /** A buffer will not come back. */
    void forget(BufferSlot slot) {
        for (Open o : open) {
            o.importer().forget(slot);
        }
    }

    /** Leaves an importer out of this session. */
    void quarantine(FrameImporter importer, Throwable failure) {
        for (Open o : List.copyOf(open)) {
            if (o.importer() == importer) {
                open.remove(o);
                failed(o.id(), failure);
                close(o);
            }
        }
    }

    private void failed(String id, Throwable failure) {
        lastFailure = "importer " + id + " failed: " + failure.getMessage();
        LOG.log(Level.WARNING, "session " + session + ": " + lastFailure + "; it is left out of this session");
    }

    private void close(Open o) {
        try {
            o.importer().close();
        } catch (RuntimeException | LinkageError e) {
            LOG.log(Level.WARNING, "session " + session + ": closing importer " + o.id() + " failed", e);
        }
    }

    @Override
    public void close() {
        for (Open o : open) {
            close(o);
        }
        open.clear();
    }
}
