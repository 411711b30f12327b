package lumen.card;

/**
 * How a decoded picture compares with the card regenerated from the values it shows.
 *
 * @param state      what the picture shows
 * @param corners    true if all four corner marks are where they belong: not mirrored, turned or cropped
 * @param colorError largest difference of a colour bar's or grey step's mean from its true value, in
 *                   units of 1/255 of any of R, G and B; a wrong matrix or range gives 15 and more
 * @param psnr       peak signal-to-noise ratio of luma in dB; {@code 99} if the pictures are the same
 */
public record CardCheck(CardState state, boolean corners, int colorError, double psnr) {
}
