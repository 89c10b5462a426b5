package io.sightlog.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;

import org.junit.jupiter.api.Test;

class DamageTest {
    @Test
    void spreadsToAllThatIsDecodedLaterUntilAKeyFrame() {
        Damage damage = new Damage(true);
        damage.add(5, 500, "bad", true);
        assertThat(damage.of(4)).isNull();
        assertThat(damage.of(5)).isEqualTo("bad");
        assertThat(damage.of(6)).isEqualTo(Damage.SPREADS);
        damage.healedBy(9, 900);
        assertThat(damage.of(10)).isNull();
    }

    @Test
    void whatLeadsAKeyFrameIsUsedByNobodyAfterIt() {
        Damage damage = new Damage(true);
        damage.add(11, 850, "shown before the key frame, decoded after it", true);
        damage.add(12, 950, "after it", true);
        damage.healedBy(10, 900);
        assertThat(damage.of(11)).isNull();
        assertThat(damage.of(13)).isEqualTo(Damage.SPREADS);
    }

    @Test
    void aKeyFrameThatIsDamagedItselfHealsNothing() {
        Damage damage = new Damage(true);
        damage.add(5, AV_NOPTS_VALUE, "key", true);
        damage.healedBy(5, AV_NOPTS_VALUE);
        assertThat(damage.of(5)).isEqualTo("key");
        assertThat(damage.of(6)).isEqualTo(Damage.SPREADS);
    }

    @Test
    void staysWhereFramesStandAlone() {
        Damage damage = new Damage(false);
        damage.add(5, 500, "bad", true);
        assertThat(damage.of(5)).isEqualTo("bad");
        assertThat(damage.of(6)).isNull();
    }
}
