package io.sightlog.capture;

import java.nio.ByteBuffer;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;

/** What can be seen of a packet of H.264 without decoding it. */
final class H264Packet {
    private static final int TYPE_BITS = 0x1f;
    private static final int IDR = 5;
    private static final int AVCC_VERSION = 1;
    private static final int AVCC_HEAD_BYTES = 5;

    private H264Packet() {}

    /**
     * Whether nothing after it is built on anything before it (IDR). A key frame of another kind may be followed by orders about
     * pictures that were before it.
     */
    static boolean forgetsAllBefore(AVPacket packet, AVCodecContext codec) {
        ByteBuffer bytes = packet.data().capacity(packet.size()).asByteBuffer();
        boolean lengths =
                codec.extradata_size() >= AVCC_HEAD_BYTES && codec.extradata().get(0) == AVCC_VERSION;
        return lengths ? hasIdr(bytes, (codec.extradata().get(AVCC_HEAD_BYTES - 1) & 3) + 1) : hasIdr(bytes);
    }

    /** As in MP4 and Matroska: each unit after its length. */
    private static boolean hasIdr(ByteBuffer units, int lengthBytes) {
        int at = 0;
        while (at >= 0 && at + lengthBytes < units.limit()) {
            int length = 0;
            for (int i = 0; i < lengthBytes; i++) {
                length = (length << Byte.SIZE) | (units.get(at + i) & 0xff);
            }
            if ((units.get(at + lengthBytes) & TYPE_BITS) == IDR) {
                return true;
            }
            if (length <= 0) {
                return false;
            }
            at += lengthBytes + length;
        }
        return false;
    }

    /** As in transport streams: each unit after 0, 0, 1. */
    private static boolean hasIdr(ByteBuffer stream) {
        for (int at = 3; at < stream.limit(); at++) {
            boolean begins = stream.get(at - 1) == 1 && stream.get(at - 2) == 0 && stream.get(at - 3) == 0;
            if (begins && (stream.get(at) & TYPE_BITS) == IDR) {
                return true;
            }
        }
        return false;
    }
}
