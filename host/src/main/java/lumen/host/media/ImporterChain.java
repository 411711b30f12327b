package lumen.host.media;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import lumen.spi.BufferSlot;
import lumen.spi.CapturedFrame;
import lumen.spi.CursorState;
import lumen.spi.FrameImporter;
import lumen.spi.FrameImporterProvider;
import lumen.spi.FrameKind;
import lumen.spi.ImportOffer;
import lumen.spi.ImportOffer.Transport;
import lumen.spi.ImportRequest;
import lumen.spi.ImportedFrame;

/**
 * A session's importers, best first, all of them open: what the compositor and they agree on selects the
 * one for a frame. One that fails is left out of the session. Video thread only.
 */
final class ImporterChain implements AutoCloseable {
    private static final Logger LOG = System.getLogger("lumen.media");

    private record Open(String id, FrameImporter importer, List<ImportOffer> offers, StepWatch watch) {
    }

    private final String session;
    private final List<FrameImporterProvider> candidates;
    private final List<RehearsedFault> faults;
    private final List<Open> open = new ArrayList<>();
    private final Set<String> quarantined = new HashSet<>();
    private String lastFailure = "no importer is installed";
    /** Imported the last frame. Written by the video thread only. */
    private volatile Open last;
    private long frames;
    private long failures;

    /** @param candidates best first */
    ImporterChain(String session, List<FrameImporterProvider> candidates, List<RehearsedFault> faults) {
        this.session = session;
        this.candidates = List.copyOf(candidates);
        this.faults = List.copyOf(faults);
    }

    /** Opens every candidate that gives something the encoder reads and hasn't failed yet; those open before are closed. */
    void open(ImportRequest wish) {
        close();
        for (FrameImporterProvider candidate : candidates) {
            if (quarantined.contains(candidate.id())) {
                continue;
            }
            StepWatch watch = new StepWatch(faults.stream().filter(f -> f.importer().equals(candidate.id())).toList());
            try {
                FrameImporter importer = candidate.open(new ImportRequest(wish.mode(), wish.renderDevice(), wish.kinds(), wish.bitDepth(), watch));
                open.add(new Open(candidate.id(), importer, List.copyOf(importer.offers()), watch));
            } catch (RuntimeException | LinkageError e) {
                // Not quarantined: it may suit the next encoder.
                lastFailure = "importer " + candidate.id() + ": " + e.getMessage();
                LOG.log(Level.INFO, "session {0}: {1}", session, lastFailure);
            }
        }
        List<FrameKind> kinds = wish.kinds();
        open.sort(Comparator.comparingInt(o -> kinds.indexOf(o.importer().kind())));
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    String lastFailure() {
        return lastFailure;
    }

    /** Importers that failed and were left out. */
    long failures() {
        return failures;
    }

    /**
     * What all of them take: dmabufs before memory, and tiled ones before LINEAR, so that a compositor that can keep
     * its own layout does.
     */
    List<ImportOffer> offers() {
        return open.stream().flatMap(o -> o.offers().stream()).distinct()
                .sorted(Comparator.comparingInt(o -> o.transport() == Transport.MEMORY ? 2 : o.modifier() == ImportOffer.LINEAR ? 1 : 0))
                .toList();
    }

    /**
     * Imports a frame with the best importer for its buffer, with the next one if that fails.
     *
     * @return {@code null} if none of those left takes the buffer: what is left must be offered anew
     */
    ImportedFrame importFrame(CapturedFrame frame, CursorState cursor) {
        frames++;
        for (Open o = select(frame.slot()); o != null; o = select(frame.slot())) {
            o.watch().frame(frames - 1);
            try {
                ImportedFrame imported = o.importer().importFrame(frame, cursor);
                last = o;
                return imported;
            } catch (RuntimeException | LinkageError e) {
                quarantine(o, e);
            }
        }
        return null;
    }

    /** The last frame with the cursor where it is now; {@code null} if its importer fails at that. */
    ImportedFrame redraw(CursorState cursor) {
        frames++;
        Open importing = last;
        importing.watch().frame(frames - 1);
        try {
            return importing.importer().redraw(cursor);
        } catch (RuntimeException | LinkageError e) {
            quarantine(importing, e);
            return null;
        }
    }

    /** The importer for a frame's buffer, or {@code null}. Allocates nothing. */
    private Open select(BufferSlot slot) {
        boolean dmabuf = slot instanceof BufferSlot.Dmabuf;
        long modifier = slot instanceof BufferSlot.Dmabuf d ? d.modifier() : 0;
        for (int i = 0; i < open.size(); i++) {
            List<ImportOffer> offers = open.get(i).offers();
            for (int j = 0; j < offers.size(); j++) {
                ImportOffer o = offers.get(j);
                if (o.format() == slot.format() && o.modifier() == modifier && dmabuf == (o.transport() == Transport.DMABUF)) {
                    return open.get(i);
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

    private void quarantine(Open failed, Throwable failure) {
        open.remove(failed);
        quarantined.add(failed.id());
        failures++;
        lastFailure = "importer " + failed.id() + " failed " + failed.watch().position() + ": " + failure.getMessage();
        LOG.log(Level.WARNING, "session " + session + ": " + lastFailure + "; it is left out of this session");
        close(failed);
    }

    /** What the importer of the last frame has counted. Any thread. */
    Map<String, Long> counters() {
        Open importing = last;
        return importing == null ? Map.of() : importing.importer().counters();
    }

    /** Who imported the last frame, and into what. Any thread. */
    String description() {
        Open importing = last;
        return importing == null ? "" : importing.id() + " into "
                + importing.importer().kind().name().toLowerCase(Locale.ROOT).replace('_', ' ');
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
        last = null;
    }
}
