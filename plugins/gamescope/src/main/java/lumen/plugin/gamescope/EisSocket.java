package lumen.plugin.gamescope;

import java.nio.file.Path;
import java.util.Optional;
import lumen.posix.Fd;
import lumen.posix.PosixException;
import lumen.posix.UnixSocket;
import lumen.spi.BackendException;
import lumen.spi.DisplayMode;
import lumen.spi.InputRoute;

/**
 * Input through gamescope's emulated-input server. Its one region claims 2³¹−1 pixels either way, but what it takes as
 * absolute coordinates are pixels of the picture, so the region told here is the picture.
 *
 * @param socket the server's socket
 */
record EisSocket(Path socket, DisplayMode mode) implements InputRoute.Ei {

    @Override
    public int connect() {
        try (UnixSocket connection = UnixSocket.connect(socket)) {
            return Fd.duplicateOf(connection.fd()).value();
        } catch (PosixException e) {
            throw new BackendException("gamescope's input socket " + socket + " can't be had: " + e.getMessage(), e);
        }
    }

    @Override
    public InputRoute.Region region() {
        return new InputRoute.Region(Optional.empty(), 0, 0, mode.width(), mode.height());
    }
}
