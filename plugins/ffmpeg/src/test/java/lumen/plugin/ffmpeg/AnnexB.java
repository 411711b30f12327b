package lumen.plugin.ffmpeg;

import java.util.ArrayList;
import java.util.List;

/** Splits an access unit into its NAL units. */
final class AnnexB {

    /** One NAL unit: where its header byte lies and its type. */
    record Nal(int offset, int end, int type) {
    }

    private AnnexB() {
    }

    static List<Nal> split(byte[] accessUnit) {
        var starts = new ArrayList<Integer>();
        for (int i = 0; i + 3 < accessUnit.length; i++) {
            if (accessUnit[i] == 0 && accessUnit[i + 1] == 0 && accessUnit[i + 2] == 1) {
                starts.add(i + 3);
                i += 2;
            }
        }
        var nals = new ArrayList<Nal>();
        for (int i = 0; i < starts.size(); i++) {
            int end = i + 1 < starts.size() ? starts.get(i + 1) - 3 : accessUnit.length;
            nals.add(new Nal(starts.get(i), end, accessUnit[starts.get(i)] & 0x1F));
        }
        return nals;
    }

    static List<Integer> types(byte[] accessUnit) {
        return split(accessUnit).stream().map(Nal::type).toList();
    }

    static long slices(byte[] accessUnit) {
        return types(accessUnit).stream().filter(t -> t == 1 || t == 5).count();
    }

    /** The first NAL unit of a type without its emulation prevention bytes, header first. */
    static byte[] payload(byte[] accessUnit, int type) {
        Nal nal = split(accessUnit).stream().filter(n -> n.type() == type).findFirst().orElseThrow();
        var out = new java.io.ByteArrayOutputStream();
        int zeros = 0;
        for (int i = nal.offset(); i < nal.end(); i++) {
            if (zeros >= 2 && accessUnit[i] == 3) {
                zeros = 0;
                continue;
            }
            zeros = accessUnit[i] == 0 ? zeros + 1 : 0;
            out.write(accessUnit[i]);
        }
        return out.toByteArray();
    }
}
