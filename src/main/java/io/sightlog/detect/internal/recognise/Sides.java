package io.sightlog.detect.internal.recognise;

import io.sightlog.detect.Input.Side;
import io.sightlog.detect.ModelException;
import io.sightlog.detect.internal.engine.Engine.Port;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the inputs beside the picture take, by their names. */
final class Sides {
    private static final Map<String, Side> KNOWN = Map.of(
            "orig_target_sizes", Side.WIDTH_HEIGHT,
            "im_shape", Side.HEIGHT_WIDTH,
            "scale_factor", Side.ONES,
            "pixel_mask", Side.MASK);

    private Sides() {}

    /**
     * @param picture name of the input that takes the picture
     * @throws ModelException when one of the others is not known
     */
    static Map<String, Side> of(List<Port> ports, String picture, String where) {
        Map<String, Side> sides = new LinkedHashMap<>();
        for (Port port : ports) {
            if (!port.name().equals(picture)) {
                Side side = KNOWN.get(port.name());
                if (side == null) {
                    throw new ModelException("the model " + where + " has the input " + port
                            + " beside the picture, which no family known here has; " + Recogniser.writeCard(where));
                }
                sides.put(port.name(), side);
            }
        }
        return sides;
    }
}
