package lumen.dbus;

import java.util.List;

/** Several values in a fixed order. */
public record Struct(List<Object> fields) {
    public Struct {
        fields = List.copyOf(fields);
    }

    public static Struct of(Object... fields) {
        return new Struct(List.of(fields));
    }

    public Object get(int index) {
        return fields.get(index);
    }
}
