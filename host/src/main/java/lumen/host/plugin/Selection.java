package lumen.host.plugin;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import lumen.host.config.Settings;
import lumen.spi.AudioSourceProvider;
import lumen.spi.BackendException;
import lumen.spi.CapturerProvider;
import lumen.spi.DisplayRequest;
import lumen.spi.EncoderProvider;
import lumen.spi.FrameImporterProvider;
import lumen.spi.FrameSource;
import lumen.spi.HostContext;
import lumen.spi.InputRoute;
import lumen.spi.InputSinkProvider;
import lumen.spi.VirtualDisplay;
import lumen.spi.VirtualDisplayProvider;

/**
 * Puts the usable backends in the order in which sessions try them: settings first, then the running
 * desktop, then rank; the other kinds also by what they accept.
 */
public final class Selection {
    /** The id of the display that needs nothing at all. */
    public static final String TESTCARD = "testcard";

    /** How long a stream's start waits for trials that are still going on: with drivers' caches they take a second or two. */
    private static final Duration TRIALS = Duration.ofSeconds(5);

    private final Ledger ledger;
    private final Trials trials;
    private final Settings settings;
    private final Optional<String> desktop;

    /** @param desktop {@code XDG_CURRENT_DESKTOP} */
    public Selection(Ledger ledger, Trials trials, Settings settings, Optional<String> desktop) {
        this.ledger = ledger;
        this.trials = trials;
        this.settings = settings;
        this.desktop = desktop;
    }

    public Ledger ledger() {
        return ledger;
    }

    public Trials trials() {
        return trials;
    }

    /** Before a stream asks for its backends: gives trials that are under way the time to end. */
    public void settle() {
        trials.await(TRIALS);
    }

    /**
     * Displays to try, in order.
     *
     * @throws SelectionException if the settings leave none
     */
    public List<VirtualDisplayProvider> displays() {
        String source = settings.text("display.source");
        Optional<String> compositor = settings.nonEmpty("display.compositor");
        List<Candidate> usable = new ArrayList<>(ledger.usable(Kind.DISPLAY));
        Optional<String> wanted = source.equals("testcard") || source.equals("portal") ? Optional.of(source) : compositor;
        if (wanted.isPresent()) {
            usable.removeIf(c -> !c.id().equals(wanted.get()));
        } else if (source.equals("virtual")) {
            usable.removeIf(c -> c.id().equals(TESTCARD));
        }
        usable.sort(Comparator.comparing((Candidate c) -> !isDesktop(c)));
        if (usable.isEmpty()) {
            throw none(Kind.DISPLAY, wanted);
        }
        return usable.stream().map(c -> (VirtualDisplayProvider) c.provider().orElseThrow()).toList();
    }

    /**
     * A display and who made it.
     *
     * @param provider for further displays like it
     * @param display  the caller's to close
     */
    public record OpenedDisplay(VirtualDisplayProvider provider, VirtualDisplay display) {
    }

    /**
     * Creates a display on the first backend that can.
     *
     * @param onRefusal told of each backend that could not
     * @throws BackendException   the last refusal, if none could
     * @throws SelectionException if the settings leave none
     */
    public OpenedDisplay createDisplay(DisplayRequest request, HostContext host,
                                       BiConsumer<VirtualDisplayProvider, BackendException> onRefusal) {
        BackendException last = null;
        for (VirtualDisplayProvider provider : displays()) {
            try {
                return new OpenedDisplay(provider, provider.create(request, host));
            } catch (BackendException e) {
                onRefusal.accept(provider, e);
                last = e;
            }
        }
        throw last;
    }

    /** Has a change undone by the backend that made it, usable or not. */
    public void undo(String provider, Map<String, String> details, HostContext host) {
        for (Kind kind : Kind.values()) {
            for (Candidate candidate : ledger.all(kind)) {
                if (candidate.id().equals(provider) && candidate.provider().isPresent()) {
                    candidate.provider().get().undo(details, host);
                }
            }
        }
    }

    /** The test card, if it works, whatever the settings say. */
    public Optional<VirtualDisplayProvider> testcard() {
        return ledger.usable(Kind.DISPLAY).stream().filter(c -> c.id().equals(TESTCARD)).findFirst()
                .map(c -> (VirtualDisplayProvider) c.provider().orElseThrow());
    }

    private boolean isDesktop(Candidate candidate) {
        VirtualDisplayProvider provider = (VirtualDisplayProvider) candidate.provider().orElseThrow();
        return desktop.stream().flatMap(d -> Arrays.stream(d.split(":"))).anyMatch(provider::serves);
    }

    /** Capturers that accept a source, best first; none if none does. */
    public List<CapturerProvider> capturers(FrameSource source) {
        return providers(Kind.CAPTURER, CapturerProvider.class).stream().filter(p -> p.accepts(source)).toList();
    }

    /** Importers, best first, as {@code video.importers} and {@code video.zerocopy} allow. */
    public List<FrameImporterProvider> importers() {
        String zerocopy = settings.text("video.zerocopy");
        List<FrameImporterProvider> all = chosenImporters().stream()
                .filter(p -> zerocopy.equals("auto") || p.zeroCopy() == zerocopy.equals("require")).toList();
        if (all.isEmpty()) {
            throw new SelectionException(zerocopy.equals("require")
                    ? "video.zerocopy = require, but no zero-copy importer works here; auto falls back to CPU memory"
                    : "no frame importer works here");
        }
        return all;
    }

    private List<FrameImporterProvider> chosenImporters() {
        List<FrameImporterProvider> all = providers(Kind.IMPORTER, FrameImporterProvider.class);
        Optional<String> chosen = settings.nonEmpty("video.importers");
        if (chosen.isEmpty()) {
            return all;
        }
        List<String> ids = Arrays.stream(chosen.get().split(",")).map(String::strip).toList();
        for (String id : ids) {
            if (ledger.all(Kind.IMPORTER).stream().noneMatch(c -> c.id().equals(id))) {
                throw none(Kind.IMPORTER, Optional.of(id));
            }
        }
        return all.stream().filter(p -> ids.contains(p.id())).sorted(Comparator.comparingInt(p -> ids.indexOf(p.id()))).toList();
    }

    /**
     * Encoders for a display, best first; {@code video.encoder} names a backend or one of its encoders.
     *
     * @param renderDevice {@code dev_t} of the DRM device the display's compositor renders on, if it is known
     */
    public List<EncoderChoice> encoders(OptionalLong renderDevice) {
        Optional<String> wanted = settings.nonEmpty("video.encoder");
        List<FrameImporterProvider> importers = renderDevice.isPresent() ? importers() : List.of();
        List<EncoderProvider> providers = providers(Kind.ENCODER, EncoderProvider.class);
        List<EncoderChoice> all = EncoderOrder.of(providers, importers, renderDevice).stream()
                .filter(c -> wanted.isEmpty() || c.provider().id().equals(wanted.get()) || c.offer().name().equals(wanted.get()))
                .toList();
        if (all.isEmpty()) {
            throw none(Kind.ENCODER, wanted);
        }
        return all;
    }

    /** The best source of sound for a display, if there is one. */
    public Optional<AudioSourceProvider> audio(VirtualDisplay display) {
        return providers(Kind.AUDIO, AudioSourceProvider.class).stream().filter(p -> p.accepts(display)).findFirst();
    }

    /**
     * Backends that may make a sink of its own for a session, best first, as {@code audio.source} allows.
     *
     * @param forApp true if it would be for a program that is not to be heard on this machine
     */
    public List<AudioSourceProvider> sinkMakers(boolean forApp) {
        String source = settings.text("audio.source");
        return source.equals("session") || source.equals("auto") && forApp ? providers(Kind.AUDIO, AudioSourceProvider.class) : List.of();
    }

    /** The best driver of an input route, if there is one. */
    public Optional<InputSinkProvider> input(InputRoute route) {
        return providers(Kind.INPUT, InputSinkProvider.class).stream().filter(p -> p.accepts(route)).findFirst();
    }

    /** Usable ones of a kind, best first, less those that failed their trial. */
    private <T> List<T> providers(Kind kind, Class<T> type) {
        return ledger.usable(kind).stream().map(c -> c.provider().orElseThrow()).filter(p -> trials.refusal(p).isEmpty())
                .map(type::cast).toList();
    }

    private SelectionException none(Kind kind, Optional<String> wanted) {
        List<Candidate> all = ledger.all(kind);
        if (wanted.isPresent()) {
            return all.stream().filter(c -> c.id().equals(wanted.get())).findFirst()
                    .map(c -> new SelectionException("the " + kind.label() + " backend " + c.id() + " can't be used: "
                            + c.reason().orElse("no reason given") + c.remedy().map(r -> "; " + r).orElse("")))
                    .orElseGet(() -> new SelectionException("there is no " + kind.label() + " backend called " + wanted.get()
                            + "; there are: " + String.join(", ", all.stream().map(Candidate::id).toList())));
        }
        StringBuilder text = new StringBuilder("no ").append(kind.label()).append(" backend works here");
        all.forEach(c -> text.append("; ").append(c.id()).append(": ").append(c.reason().orElse("left out by the settings")));
        return new SelectionException(text.toString());
    }
}
