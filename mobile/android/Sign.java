import com.android.apksig.ApkSigner;
import com.android.apksig.ApkVerifier;
import java.io.File;
import java.io.FileInputStream;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/** Signs an aligned APK with the debug key and verifies the result: keys, aligned, signed. */
public class Sign {
    public static void main(String[] arguments) throws Exception {
        char[] password = "android".toCharArray();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (FileInputStream in = new FileInputStream(arguments[0])) {
            keys.load(in, password);
        }
        PrivateKey key = (PrivateKey) keys.getKey("debug", password);
        X509Certificate certificate = (X509Certificate) keys.getCertificate("debug");
        ApkSigner.SignerConfig signer = new ApkSigner.SignerConfig.Builder("debug", key, List.of(certificate)).build();
        File signed = new File(arguments[2]);
        new ApkSigner.Builder(List.of(signer))
            .setInputApk(new File(arguments[1]))
            .setOutputApk(signed)
            .setV2SigningEnabled(true)
            .setV3SigningEnabled(true)
            .build()
            .sign();
        ApkVerifier.Result result = new ApkVerifier.Builder(signed).build().verify();
        if (!result.isVerified()) throw new IllegalStateException("not verified: " + result.getErrors());
        System.out.println("verified: v2 " + result.isVerifiedUsingV2Scheme() + ", v3 " + result.isVerifiedUsingV3Scheme());
    }
}
