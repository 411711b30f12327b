"""A stand-in for org.freedesktop.login1: one active session c1 on seat0, which opens devices for whoever asks.

KWin and Mutter open DRM and input devices through logind only. Nothing is ever paused or locked here, so switching
of terminals, suspend and access rights cannot be tested with it.

    logind.py UID
"""
import os
import pathlib
import pwd
import sys

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

LOGIN1 = "org.freedesktop.login1"
MANAGER = LOGIN1 + ".Manager"
SESSION = LOGIN1 + ".Session"
PROPERTIES = "org.freedesktop.DBus.Properties"
ROOT = "/org/freedesktop/login1"
SESSION_PATH = dbus.ObjectPath(ROOT + "/session/c1")
SEAT_PATH = dbus.ObjectPath(ROOT + "/seat/seat0")


class WithProperties(dbus.service.Object):
    def __init__(self, bus, path, properties):
        super().__init__(bus, path)
        self.properties = properties

    @dbus.service.method(PROPERTIES, in_signature="ss", out_signature="v")
    def Get(self, interface, name):
        if name not in self.properties:
            raise dbus.exceptions.DBusException(name, name="org.freedesktop.DBus.Error.UnknownProperty")
        return self.properties[name]

    @dbus.service.method(PROPERTIES, in_signature="s", out_signature="a{sv}")
    def GetAll(self, interface):
        return self.properties


class Session(WithProperties):
    @dbus.service.method(SESSION, in_signature="b")
    def TakeControl(self, force):
        pass

    @dbus.service.method(SESSION)
    def ReleaseControl(self):
        pass

    @dbus.service.method(SESSION)
    def Activate(self):
        pass

    @dbus.service.method(SESSION, in_signature="s")
    def SetType(self, kind):
        pass

    @dbus.service.method(SESSION, in_signature="b")
    def SetIdleHint(self, idle):
        pass

    @dbus.service.method(SESSION, in_signature="b")
    def SetLockedHint(self, locked):
        pass

    @dbus.service.method(SESSION, in_signature="uu", out_signature="hb")
    def TakeDevice(self, major, minor):
        uevent = pathlib.Path(f"/sys/dev/char/{major}:{minor}/uevent").read_text()
        node = dict(line.split("=", 1) for line in uevent.splitlines())["DEVNAME"]
        fd = os.open("/dev/" + node, os.O_RDWR | os.O_CLOEXEC | os.O_NOCTTY | os.O_NONBLOCK)
        try:
            return dbus.types.UnixFd(fd), False  # which duplicates it
        finally:
            os.close(fd)

    @dbus.service.method(SESSION, in_signature="uu")
    def ReleaseDevice(self, major, minor):
        pass

    @dbus.service.method(SESSION, in_signature="uu")
    def PauseDeviceComplete(self, major, minor):
        pass


class Manager(WithProperties):
    def __init__(self, bus, properties, uid, user):
        super().__init__(bus, ROOT, properties)
        self.session = ("c1", dbus.UInt32(uid), user, "seat0", SESSION_PATH)

    @dbus.service.method(MANAGER, in_signature="s", out_signature="o")
    def GetSession(self, name):
        return SESSION_PATH

    @dbus.service.method(MANAGER, in_signature="u", out_signature="o")
    def GetSessionByPID(self, pid):
        return SESSION_PATH

    @dbus.service.method(MANAGER, in_signature="s", out_signature="o")
    def GetSeat(self, name):
        return SEAT_PATH

    @dbus.service.method(MANAGER, out_signature="a(susso)")
    def ListSessions(self):
        return [self.session]

    @dbus.service.method(MANAGER, in_signature="ssss", out_signature="h")
    def Inhibit(self, what, who, why, mode):
        reader, writer = os.pipe()
        os.close(reader)
        try:
            return dbus.types.UnixFd(writer)
        finally:
            os.close(writer)


def main():
    uid = int(sys.argv[1])
    user = pwd.getpwuid(uid).pw_name
    dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
    bus = dbus.SystemBus()
    name = dbus.service.BusName(LOGIN1, bus)
    no, yes = dbus.Boolean(False), dbus.Boolean(True)
    objects = [
        name,
        Session(bus, SESSION_PATH, {
            "Id": "c1", "Name": user, "Active": yes, "State": "active", "Type": "wayland", "Class": "user",
            "Remote": no, "LockedHint": no, "IdleHint": no, "VTNr": dbus.UInt32(1), "TTY": "tty1",
            "Seat": dbus.Struct(("seat0", SEAT_PATH), signature="so"),
            "User": dbus.Struct((dbus.UInt32(uid), dbus.ObjectPath(f"{ROOT}/user/_{uid}")), signature="uo"),
        }),
        WithProperties(bus, SEAT_PATH, {
            "Id": "seat0", "CanGraphical": yes, "CanTTY": yes,
            "ActiveSession": dbus.Struct(("c1", SESSION_PATH), signature="so"),
        }),
        Manager(bus, {"IdleHint": no, "Docked": no, "LidClosed": no}, uid, user),
    ]
    # libsystemd reads files, and init waits for the last of them.
    session = pathlib.Path("/run/systemd/sessions/c1")
    session.write_text(f"UID={uid}\nUSER={user}\nACTIVE=1\nSTATE=active\nTYPE=wayland\nCLASS=user\nSEAT=seat0\n")
    pathlib.Path("/run/systemd/seats/seat0").write_text(
        f"IS_SEAT0=1\nCAN_GRAPHICAL=1\nCAN_TTY=1\nACTIVE=c1\nACTIVE_UID={uid}\nSESSIONS=c1\nUIDS={uid}\n")
    GLib.MainLoop().run()
    return objects


if __name__ == "__main__":
    main()
