// For Android Studio; not run where this project is tested (no Android SDK there).
// The Rust library is expected in src/main/jniLibs/<abi>/libjawla.so.
plugins {
    id("com.android.application") version "8.13.0"
    id("org.jetbrains.kotlin.android") version "2.4.21"
}

android {
    namespace = "ma.jawla.shell"
    compileSdk = 35
    defaultConfig {
        applicationId = "ma.jawla.shell"
        minSdk = 24
        targetSdk = 35
        versionCode = 1
        versionName = "0.1.0"
    }
    sourceSets["main"].kotlin.srcDirs("src/main/kotlin", "../../bindings/kotlin/generated")
    buildTypes["release"].apply {
        isMinifyEnabled = true
        proguardFiles(getDefaultProguardFile("proguard-android-optimize.txt"), "keep.pro")
    }
    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_17
        targetCompatibility = JavaVersion.VERSION_17
    }
    androidResources.localeFilters += listOf("fr", "ar")
}

kotlin { jvmToolchain(17) }

dependencies {
    implementation("org.jetbrains.kotlinx:kotlinx-coroutines-android:1.11.0")
    implementation("net.java.dev.jna:jna:5.19.1@aar")
    implementation("com.google.zxing:core:3.5.4")
}
