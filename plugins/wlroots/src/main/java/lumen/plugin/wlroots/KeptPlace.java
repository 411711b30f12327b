package lumen.plugin.wlroots;

import java.util.Optional;
import lumen.posix.PosixException;
import lumen.spi.BackendException;
import lumen.spi.DisplayRequest;
import lumen.spi.HostContext;
import lumen.spi.Notes;

/**
 * What a client's output had at its last visit: scale and, beside outputs of the user's, position. What sway chooses by
 * itself is not kept.
 */
final class KeptPlace {
    private static final System.Logger LOG = System.getLogger(KeptPlace.class.getName());

    private final Notes notes;
    private final String scaleKey;
    private final String positionKey;

    private KeptPlace(Notes notes, String client) {
        this.notes = notes;
        scaleKey = SwayProvider.ID + "/" + client + "/scale";
        positionKey = SwayProvider.ID + "/" + client + "/position";
    }

    static KeptPlace of(DisplayRequest request, HostContext host) {
        return new KeptPlace(host.notes(), request.client());
    }

    /** As sway-output(5) wants it. */
    Optional<String> scale() {
        return notes.get(scaleKey).filter(text -> text.matches("\\d{1,2}(\\.\\d{1,10})?"));
    }

    /** {@code "X Y"} in logical units. */
    Optional<String> position() {
        return notes.get(positionKey).filter(text -> text.matches("-?\\d{1,6} -?\\d{1,6}"));
    }

    /** Notes the scale of an output that is about to go. */
    void keepScale(SwayOutput output) {
        try (SwayIpc ipc = SwayIpc.connect(output.ipc())) {
            output.state(ipc).filter(SwayIpc.OutputState::active).ifPresent(this::keepScale);
        } catch (BackendException | PosixException e) {
            LOG.log(System.Logger.Level.DEBUG, "the scale of {0} is not kept: {1}", output.name(), e.getMessage());
        }
    }

    void keepScale(SwayIpc.OutputState output) {
        // sway counts in single precision: 1.3333 becomes 1.3333333730697632.
        double scale = Math.round(output.scale() * 10_000) / 10_000.0;
        put(scaleKey, scale == 1 ? "" : Double.toString(scale));
    }

    /** Notes a position that differs from the one sway gave the output. */
    void keepPosition(SwayIpc.OutputState output, String given) {
        String now = place(output);
        if (!now.equals(given)) {
            put(positionKey, now);
        }
    }

    static String place(SwayIpc.OutputState output) {
        return output.x() + " " + output.y();
    }

    private void put(String key, String text) {
        if (!notes.get(key).orElse("").equals(text)) {
            notes.put(key, text);
        }
    }
}
