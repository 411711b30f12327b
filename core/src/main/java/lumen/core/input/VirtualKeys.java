package lumen.core.input;

import java.util.OptionalInt;

/**
 * Win32 virtual keys to {@code KEY_*} of {@code linux/input-event-codes.h}: the key at the same place of a
 * US keyboard (streams reference, 5.3).
 */
public final class VirtualKeys {
    /** Virtual key in hexadecimal, evdev code in decimal. */
    private static final String TABLE = """
            08:14 09:15 0c:355 0d:28 10:42 11:29 12:56 13:119 14:58 15:93 16:122 17:123 19:90 1b:1 1c:92 1d:94
            20:57 21:104 22:109 23:107 24:102 25:105 26:103 27:106 28:108 29:353 2a:210 2b:134 2c:99 2d:110
            2e:111 2f:138 30:11 31:2 32:3 33:4 34:5 35:6 36:7 37:8 38:9 39:10 41:30 42:48 43:46 44:32 45:18
            46:33 47:34 48:35 49:23 4a:36 4b:37 4c:38 4d:50 4e:49 4f:24 50:25 51:16 52:19 53:31 54:20 55:22
            56:47 57:17 58:45 59:21 5a:44 5b:125 5c:126 5d:127 5f:142 60:82 61:79 62:80 63:81 64:75 65:76 66:77
            67:71 68:72 69:73 6a:55 6b:78 6c:121 6d:74 6e:83 6f:98 70:59 71:60 72:61 73:62 74:63 75:64 76:65
            77:66 78:67 79:68 7a:87 7b:88 7c:183 7d:184 7e:185 7f:186 80:187 81:188 82:189 83:190 84:191 85:192
            86:193 87:194 90:69 91:70 a0:42 a1:54 a2:29 a3:97 a4:56 a5:100 a6:158 a7:159 a8:173 a9:128 aa:217
            ab:156 ac:172 ad:113 ae:114 af:115 b0:163 b1:165 b2:166 b3:164 b4:155 b5:226 b6:157 b7:140 ba:39
            bb:13 bc:51 bd:12 be:52 bf:53 c0:41 c1:89 c2:121 db:26 dc:43 dd:27 de:40 e2:86 f1:90 f2:91
            """;

    private static final short[] EVDEV = parse();

    private VirtualKeys() {
    }

    private static short[] parse() {
        short[] codes = new short[256];
        for (String entry : TABLE.strip().split("\\s+")) {
            int colon = entry.indexOf(':');
            codes[Integer.parseInt(entry, 0, colon, 16)] = Short.parseShort(entry.substring(colon + 1));
        }
        return codes;
    }

    /** The evdev code of a virtual key, if there is one. Only the low byte counts. */
    public static OptionalInt evdev(int virtualKey) {
        int code = EVDEV[virtualKey & 0xFF];
        return code == 0 ? OptionalInt.empty() : OptionalInt.of(code);
    }
}
