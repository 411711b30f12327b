package lumen.client.media;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** Writes a decoded picture as an 8-bit RGB PNG (ISO/IEC 15948), so that a person can look at it. */
public final class PngWriter {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    private static final int COLOUR_RGB = 2;

    private PngWriter() {
    }

    /** Writes the picture to a file; an existing one is replaced. */
    public static void write(DecodedPicture picture, Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            write(picture.width(), picture.height(), rgb(picture), out);
        }
    }

    /**
     * Writes RGB samples.
     *
     * @param rgb three bytes a pixel, row after row
     */
    static void write(int width, int height, byte[] rgb, OutputStream to) throws IOException {
        DataOutputStream out = new DataOutputStream(to);
        out.write(SIGNATURE);
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        DataOutputStream h = new DataOutputStream(header);
        h.writeInt(width);
        h.writeInt(height);
        h.write(new byte[] {8, COLOUR_RGB, 0, 0, 0});
        part(out, "IHDR", header.toByteArray());
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try (DeflaterOutputStream deflated = new DeflaterOutputStream(data, deflater)) {
            for (int y = 0; y < height; y++) {
                deflated.write(0);
                deflated.write(rgb, 3 * width * y, 3 * width);
            }
        } finally {
            deflater.end();
        }
        part(out, "IDAT", data.toByteArray());
        part(out, "IEND", new byte[0]);
        out.flush();
    }

    private static void part(DataOutputStream out, String type, byte[] data) throws IOException {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(data);
        out.writeInt(data.length);
        out.write(name);
        out.write(data);
        out.writeInt((int) crc.getValue());
    }

    /** The picture's pixels as RGB, three bytes each, chroma repeated rather than interpolated. */
    static byte[] rgb(DecodedPicture p) {
        double kr = p.bt709() ? 0.2126 : 0.299;
        double kb = p.bt709() ? 0.0722 : 0.114;
        double kg = 1 - kr - kb;
        double lumaScale = p.fullRange() ? 1 : 255.0 / 219;
        double chromaScale = p.fullRange() ? 1 : 255.0 / 224;
        int lumaFloor = p.fullRange() ? 0 : 16;
        byte[] rgb = new byte[3 * p.width() * p.height()];
        int at = 0;
        for (int y = 0; y < p.height(); y++) {
            for (int x = 0; x < p.width(); x++) {
                double luma = ((p.plane(0).get(ValueLayout.JAVA_BYTE, (long) y * p.stride(0) + x) & 0xFF) - lumaFloor)
                        * lumaScale;
                double cb = ((p.plane(1).get(ValueLayout.JAVA_BYTE, (long) (y / 2) * p.stride(1) + x / 2) & 0xFF) - 128)
                        * chromaScale;
                double cr = ((p.plane(2).get(ValueLayout.JAVA_BYTE, (long) (y / 2) * p.stride(2) + x / 2) & 0xFF) - 128)
                        * chromaScale;
                rgb[at++] = sample(luma + 2 * (1 - kr) * cr);
                rgb[at++] = sample(luma - 2 * kb * (1 - kb) / kg * cb - 2 * kr * (1 - kr) / kg * cr);
                rgb[at++] = sample(luma + 2 * (1 - kb) * cb);
            }
        }
        return rgb;
    }

    private static byte sample(double value) {
        return (byte) Math.clamp(Math.round(value), 0, 255);
    }
}
