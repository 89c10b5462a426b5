"""An RTSP camera: rtsp_camera.py PORT WIDTH HEIGHT FRAMES_A_SECOND; prints "up" when it listens, and ends with its standard input.

/cam shows a moving ball in H.264; /mjpeg the same in Motion JPEG. A third argument with @ (USER:PASSWORD@) is what /secret wants.
Needs GStreamer's RTSP server (Debian: gir1.2-gst-rtsp-server-1.0 and the plugins good and ugly).
"""
import sys
import threading

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

PORT, WIDTH, HEIGHT, RATE = sys.argv[1:5]


def factory(encoder):
    made = GstRtspServer.RTSPMediaFactory()
    made.set_launch(
        f"( videotestsrc is-live=true pattern=ball ! video/x-raw,width={WIDTH},height={HEIGHT},framerate={RATE}/1 ! {encoder} )"
    )
    made.set_shared(True)
    return made


def main():
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(PORT)
    mounts = server.get_mount_points()
    h264 = f"x264enc tune=zerolatency key-int-max={RATE} speed-preset=ultrafast ! rtph264pay name=pay0 pt=96"
    mounts.add_factory("/cam", factory(h264))
    mounts.add_factory("/mjpeg", factory("jpegenc ! rtpjpegpay name=pay0 pt=26"))
    secret = factory(h264)
    if len(sys.argv) > 5:
        user, password = sys.argv[5].rstrip("@").split(":")
        auth = GstRtspServer.RTSPAuth()
        token = GstRtspServer.RTSPToken()
        token.set_string("media.factory.role", "viewer")
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token)
        server.set_auth(auth)
        permissions = GstRtspServer.RTSPPermissions()
        permissions.add_permission_for_role("viewer", "media.factory.access", True)
        permissions.add_permission_for_role("viewer", "media.factory.construct", True)
        secret.set_permissions(permissions)
    mounts.add_factory("/secret", secret)
    if not server.attach(None):
        sys.exit("the port is taken")
    loop = GLib.MainLoop()
    threading.Thread(target=lambda: (sys.stdin.read(), loop.quit()), daemon=True).start()
    print("up", flush=True)
    loop.run()


main()
