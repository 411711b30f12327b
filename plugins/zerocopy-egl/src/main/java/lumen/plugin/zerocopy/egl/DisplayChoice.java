package lumen.plugin.zerocopy.egl;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;
import lumen.spi.BackendException;

/**
 * The display for a compositor's device: by the device platform, else by GBM on its node, else software.
 *
 * @param display the display, the receiver's to close
 * @param same    true if it is certain that the compositor renders on the same device, or nobody told which it is: then
 *                tilings mean the same to both
 */
record DisplayChoice(EglDisplay display, boolean same) {

    /**
     * Opens it.
     *
     * @param renderDevice {@code dev_t} of a DRM node, if it is known
     * @throws BackendException with the reason for each display that was tried
     */
    static DisplayChoice open(OptionalLong renderDevice) {
        GraphicsLibraries.load();
        List<EglDevice> devices = EglDevice.all();
        List<Candidate> candidates = new ArrayList<>();
        if (renderDevice.isPresent()) {
            long wanted = renderDevice.getAsLong();
            devices.stream().filter(d -> d.is(wanted)).forEach(d -> candidates.add(Candidate.of(d, true)));
            EglDevice.node(wanted).ifPresent(node -> candidates.add(
                    new Candidate(node.toString(), true, () -> EglDisplay.onNode(node))));
            devices.stream().filter(EglDevice::software).forEach(d -> candidates.add(Candidate.of(d, false)));
        } else {
            devices.forEach(d -> candidates.add(Candidate.of(d, true)));
        }
        candidates.add(new Candidate("surfaceless", renderDevice.isEmpty(), EglDisplay::surfaceless));
        List<String> refusals = new ArrayList<>();
        for (Candidate candidate : candidates) {
            try {
                return new DisplayChoice(candidate.opener.get(), candidate.same);
            } catch (BackendException e) {
                refusals.add(candidate.name + ": " + e.getMessage());
            }
        }
        throw new BackendException("no EGL display can import dmabufs (" + String.join("; ", refusals) + ")");
    }

    private record Candidate(String name, boolean same, Supplier<EglDisplay> opener) {
        static Candidate of(EglDevice device, boolean same) {
            return new Candidate(device.text(), same, () -> EglDisplay.on(device));
        }
    }
}
